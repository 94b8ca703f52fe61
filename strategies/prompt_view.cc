#include "strategies/prompt_view.h"

#include <cstddef>

#include "absl/strings/string_view.h"

namespace aigateway {
namespace {

template <typename Visit>
void ForEachText(const v1::Message& message, Visit visit) {
  if (message.has_content()) visit(message.content());
  for (const v1::ContentPart& part : message.parts()) {
    if (part.has_text()) visit(part.text());
  }
}

}  // namespace

std::string PromptText(const v1::ChatRequest& chat) {
  std::string text;
  for (const v1::Message& message : chat.messages()) {
    ForEachText(message, [&](const std::string& piece) {
      if (!text.empty()) text.push_back('\n');
      text.append(piece);
    });
  }
  return text;
}

int64_t EstimatePromptTokens(const v1::ChatRequest& chat) {
  constexpr int64_t kBytesPerToken = 4;
  size_t bytes = 0;
  for (const v1::Message& message : chat.messages()) {
    ForEachText(message,
                [&](const std::string& piece) { bytes += piece.size(); });
    for (const v1::ToolCall& call : message.tool_calls()) {
      bytes += call.name().size() + call.arguments().size();
    }
  }
  for (const v1::Tool& tool : chat.tools()) {
    bytes += tool.name().size() + tool.description().size() +
             tool.parameters().size();
    if (tool.has_parameters_struct()) {
      bytes += tool.parameters_struct().ByteSizeLong();
    }
  }
  return (static_cast<int64_t>(bytes) + kBytesPerToken - 1) / kBytesPerToken;
}

}  // namespace aigateway

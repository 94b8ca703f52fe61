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

int64_t TokensIn(size_t bytes) {
  constexpr int64_t kBytesPerToken = 4;
  return (static_cast<int64_t>(bytes) + kBytesPerToken - 1) / kBytesPerToken;
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
  return EstimatePrompt(chat).all;
}

PromptTokens EstimatePrompt(const v1::ChatRequest& chat) {
  size_t bytes = 0;
  size_t marked = 0;
  for (const v1::Tool& tool : chat.tools()) {
    bytes += tool.name().size() + tool.description().size() +
             tool.parameters().size();
    if (tool.has_parameters_struct()) {
      bytes += tool.parameters_struct().ByteSizeLong();
    }
    if (tool.has_cache_control()) marked = bytes;
  }
  for (const v1::Message& message : chat.messages()) {
    if (message.has_content()) bytes += message.content().size();
    for (const v1::ContentPart& part : message.parts()) {
      if (part.has_text()) bytes += part.text().size();
      if (part.has_cache_control()) marked = bytes;
    }
    for (const v1::ToolCall& call : message.tool_calls()) {
      bytes += call.name().size() + call.arguments().size();
    }
    if (message.has_cache_control()) marked = bytes;
  }
  return {.all = TokensIn(bytes), .marked_cached = TokensIn(marked)};
}

}  // namespace aigateway

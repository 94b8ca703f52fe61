#include "plugins/token_estimate.h"

#include <cstddef>

#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "plugins/sent_text.h"

namespace aigateway {
namespace {

// English has about 4.5 letters a token, code and JSON 3; Chinese and Japanese
// about one token a letter, other scripts fewer.
constexpr int64_t kAsciiPerToken = 3;
// How the turns of a chat are framed, as OpenAI counts it.
constexpr int64_t kPerMessage = 4;
constexpr int64_t kPerChat = 3;
constexpr int64_t kPerMedium = 1000;

}  // namespace

int64_t EstimatePromptTokens(const PluginRequest& request) {
  int64_t ascii = 0;
  int64_t others = 0;
  ForEachSentText(request, [&](absl::string_view text) {
    size_t low = 0;
    size_t first = 0;  // Bytes that begin a letter beyond ASCII.
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      low += byte < 0x80 ? 1 : 0;
      first += byte >= 0xC0 ? 1 : 0;
    }
    ascii += static_cast<int64_t>(low);
    others += static_cast<int64_t>(first);
  });
  int64_t tokens = (ascii + kAsciiPerToken - 1) / kAsciiPerToken + others;
  if (request.embed != nullptr) {
    for (const v1::TokenInput& input : request.embed->token_inputs()) {
      tokens += input.tokens_size();
    }
    return tokens;
  }
  tokens += kPerChat + kPerMessage * request.chat.messages_size();
  for (const v1::Message& message : request.chat.messages()) {
    for (const v1::ContentPart& part : message.parts()) {
      if (!part.has_text()) tokens += kPerMedium;
    }
  }
  return tokens;
}

}  // namespace aigateway

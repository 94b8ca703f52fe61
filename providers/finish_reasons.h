#ifndef AIGATEWAY_PROVIDERS_FINISH_REASONS_H_
#define AIGATEWAY_PROVIDERS_FINISH_REASONS_H_

#include <optional>

#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"

namespace aigateway {

// The common reason for a provider's own word, of whatever dialect: gateways
// that speak OpenAI's pass on the words of whom they ask. Case does not matter.
// nullopt if no provider is known to have that word.
std::optional<v1::FinishReason> CommonFinishReason(absl::string_view word);

// What an answer has, where its end must be judged by that.
struct AnswerParts {
  bool has_content = false;  // Text, reasoning, a refusal or a part.
  bool has_tool_calls = false;
};

// The reason of a whole answer: a stop with tool calls is a call of tools; a
// word that nobody knows, or none at all, is a stop if there is something, else
// an error.
v1::FinishReason JudgeFinish(absl::string_view word, AnswerParts parts);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_FINISH_REASONS_H_

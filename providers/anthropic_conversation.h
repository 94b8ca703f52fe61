#ifndef AIGATEWAY_PROVIDERS_ANTHROPIC_CONVERSATION_H_
#define AIGATEWAY_PROVIDERS_ANTHROPIC_CONVERSATION_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "providers/anthropic_call.h"
#include "providers/anthropic_content.h"

namespace aigateway {

// One element of `messages`.
struct AnthropicTurn {
  absl::string_view role;  // "user", "assistant", "system".
  std::vector<AnthropicBlock> blocks;
};

// A conversation as the Messages API takes it: instructions apart, turns that
// alternate, the results of tools first in the turn after their calls.
struct AnthropicConversation {
  std::vector<AnthropicBlock> system;  // May be empty.
  std::vector<AnthropicTurn> turns;    // At least one.
  // Whether tool results are answered whose calls came without thinking: with a
  // thinking budget that is refused.
  bool loop_without_thinking = false;
};

// Reads the messages of `call`. Borrows the texts. `keep_bound` tells whether
// thinking blocks that are bound to the conversation may go along: not if it
// is sent otherwise than it was.
absl::StatusOr<AnthropicConversation> ReadAnthropicConversation(
    bool keep_bound, AnthropicCall& call);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ANTHROPIC_CONVERSATION_H_

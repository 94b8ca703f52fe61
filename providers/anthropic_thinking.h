#ifndef AIGATEWAY_PROVIDERS_ANTHROPIC_THINKING_H_
#define AIGATEWAY_PROVIDERS_ANTHROPIC_THINKING_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "gateway/base/json_writer.h"
#include "providers/anthropic_call.h"

namespace aigateway {

// How a request's `reasoning` is put to a model of Claude.
struct AnthropicThinkingPlan {
  enum class Kind { kUnsaid, kDisabled, kBetweenTools, kAdaptive, kBudget };
  Kind kind = Kind::kUnsaid;
  int64_t budget_tokens = 0;  // Of kBudget: at least 1024, below max_tokens.
  // Whether to ask for the thoughts in words: newer models leave them out if
  // they are not asked.
  bool summarized = false;
  absl::string_view effort;  // output_config.effort. Empty: unsaid.

  bool thinks() const {
    return kind == Kind::kAdaptive || kind == Kind::kBudget;
  }
  // Writes the member "thinking", if there is something to say.
  void Write(JsonWriter& out) const;
};

// Plans it: in the model's own form, or the nearest that it has, with a
// warning. Nothing is said unasked. `max_tokens` is what will be sent;
// `may_use_budget` is false where a budget would be refused for what the
// conversation has. INVALID_REQUEST for words that no model knows;
// UNSUPPORTED_PARAMETER if the model does not think and it may not be left out.
absl::StatusOr<AnthropicThinkingPlan> PlanAnthropicThinking(
    int64_t max_tokens, bool may_use_budget, AnthropicCall& call);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ANTHROPIC_THINKING_H_

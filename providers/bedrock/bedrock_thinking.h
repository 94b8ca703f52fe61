#ifndef AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_THINKING_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_THINKING_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "gateway/base/json_writer.h"
#include "providers/anthropic_thinking.h"
#include "providers/bedrock/bedrock_call.h"

namespace aigateway {

// How a request's `reasoning` is put to a model: Converse has no field for it,
// so that each family has its own in additionalModelRequestFields.
struct BedrockThinking {
  AnthropicThinkingPlan claude;
  absl::string_view nova;    // "low", "medium", "high", "disabled"; or unsaid.
  absl::string_view effort;  // reasoning_effort. Empty: unsaid.
  // What must be sent as maxTokens for a budget to fit in.
  std::optional<int64_t> max_tokens;

  bool is_unsaid() const;
  bool thinks() const { return claude.thinks() || nova == "high"; }
  // Writes the members of additionalModelRequestFields.
  void Write(JsonWriter& out) const;
};

// Plans it: in the model's own form, or the nearest that it has, with a
// warning. `may_use_budget` is false where Claude would refuse a budget for
// what the conversation has. INVALID_REQUEST for words that no model knows.
absl::StatusOr<BedrockThinking> PlanBedrockThinking(bool may_use_budget,
                                                    const BedrockCall& call);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_THINKING_H_

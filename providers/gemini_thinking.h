#ifndef AIGATEWAY_PROVIDERS_GEMINI_THINKING_H_
#define AIGATEWAY_PROVIDERS_GEMINI_THINKING_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "providers/gemini_call.h"

namespace aigateway {

// What to send as thinkingConfig.
struct GeminiThinking {
  bool is_sent = false;  // False: nothing, the rest is unset.
  bool include_thoughts = false;
  // At most one of them is set; none: as much as the model likes.
  std::optional<int32_t> budget_tokens;
  absl::string_view level;  // "LOW"; a literal.
};

// Decides how the request's `reasoning` is said to the model: in its own form
// (GeminiProfile::Thinking) as nearly as it goes, with a warning where that is
// another. Budgets stand for efforts as in Google's own OpenAI-compatible API:
// low 1,024, medium 8,192, high 24,576. Fails with INVALID_REQUEST for an
// effort that is no word of v1, or as `on_unsupported` says for a model that
// does not think.
absl::StatusOr<GeminiThinking> PlanGeminiThinking(const GeminiCall& call);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_THINKING_H_

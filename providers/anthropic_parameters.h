#ifndef AIGATEWAY_PROVIDERS_ANTHROPIC_PARAMETERS_H_
#define AIGATEWAY_PROVIDERS_ANTHROPIC_PARAMETERS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "gateway/base/json_writer.h"
#include "providers/anthropic_call.h"

namespace aigateway {

// How many tokens the answer may have: the API must be told. What was asked
// for, at most what the model writes; unasked the model's own limit.
absl::StatusOr<int64_t> AnthropicMaxTokens(const AnthropicCall& call);

// The scalars of a request, as they are sent. Borrows the texts.
struct AnthropicParameters {
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::vector<absl::string_view> stop;
  absl::string_view user;          // Empty: unsaid.
  absl::string_view service_tier;  // Empty: unsaid.

  void Write(JsonWriter& out) const;
};

// Decides about them, and about those that Claude does not have. `thinks` says
// whether thinking was asked for.
absl::StatusOr<AnthropicParameters> PlanAnthropicParameters(
    bool thinks, const AnthropicCall& call);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ANTHROPIC_PARAMETERS_H_

#ifndef AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_PARAMETERS_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_PARAMETERS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "gateway/base/json_writer.h"
#include "providers/bedrock/bedrock_call.h"
#include "providers/bedrock/bedrock_thinking.h"

namespace aigateway {

// The scalars of a request, as they are sent. Borrows the texts.
struct BedrockParameters {
  std::optional<int64_t> max_tokens;
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::vector<absl::string_view> stop;
  absl::string_view service_tier;  // Empty: unsaid.

  // Writes the members "inferenceConfig" and "serviceTier".
  void Write(JsonWriter& out) const;
};

// Decides about them, and about those that Converse does not have.
absl::StatusOr<BedrockParameters> PlanBedrockParameters(
    const BedrockThinking& thinking, const BedrockCall& call);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_PARAMETERS_H_

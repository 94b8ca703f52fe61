#ifndef AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_REQUEST_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_REQUEST_H_

#include <string>

#include "absl/status/statusor.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/parameter_policy.h"
#include "providers/provider.h"

namespace aigateway {

// Writes the body of a request to Converse or ConverseStream, which is the same
// for both, for `options.model`; what was translated less than exactly is told
// in `options.warnings`. What v1 has no field for (`guardrailConfig`,
// `additionalModelRequestFields`, `performanceConfig`, `requestMetadata`) comes
// from `chat.provider_options.bedrock`.
//
// Fails with INVALID_REQUEST or UNSUPPORTED_PARAMETER and the field's path.
absl::StatusOr<std::string> WriteBedrockRequest(const v1::ChatRequest& chat,
                                                const CallOptions& options,
                                                OnUnsupported on_unsupported);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_REQUEST_H_

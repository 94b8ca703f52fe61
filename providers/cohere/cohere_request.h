#ifndef AIGATEWAY_PROVIDERS_COHERE_COHERE_REQUEST_H_
#define AIGATEWAY_PROVIDERS_COHERE_COHERE_REQUEST_H_

#include <string>

#include "absl/status/statusor.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/parameter_policy.h"
#include "providers/provider.h"

namespace aigateway {

// Writes the body of a request to v2 chat for `options.model`; what was
// translated less than exactly is told in `options.warnings`. What v1 has no
// field for (`documents`, `citation_options`, `safety_mode`, `k`) comes from
// `chat.provider_options.cohere`.
//
// Fails with INVALID_REQUEST or UNSUPPORTED_PARAMETER and the field's path.
absl::StatusOr<std::string> WriteCohereRequest(const v1::ChatRequest& chat,
                                               const CallOptions& options,
                                               OnUnsupported on_unsupported);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_COHERE_COHERE_REQUEST_H_

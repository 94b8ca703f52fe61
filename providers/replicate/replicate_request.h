#ifndef AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_REQUEST_H_
#define AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_REQUEST_H_

#include <string>

#include "absl/status/statusor.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/parameter_policy.h"
#include "providers/provider.h"

namespace aigateway {

// How a prediction is asked for.
struct ReplicateRequest {
  std::string path;  // Below the base URL: "/models/meta/llama/predictions".
  std::string body;
};

// Writes the request for a prediction. The model is "owner/name", with a
// version "owner/name:version" or "version" alone, or "deployments/owner/name".
// What the model does not take is left out with a warning in `options`, or
// refused, as `on_unsupported` has it.
//
// Fails with MODEL_NOT_FOUND for a name that is none of those, else with
// INVALID_REQUEST or UNSUPPORTED_PARAMETER and the path of the field that is at
// fault.
absl::StatusOr<ReplicateRequest> WriteReplicateRequest(
    const v1::ChatRequest& chat, const CallOptions& options,
    OnUnsupported on_unsupported);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_REQUEST_H_

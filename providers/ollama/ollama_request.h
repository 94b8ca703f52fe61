#ifndef AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_REQUEST_H_
#define AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_REQUEST_H_

#include <string>

#include "absl/status/statusor.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/parameter_policy.h"
#include "providers/provider.h"

namespace aigateway {

// Writes the body of POST /api/chat. What Ollama cannot do is left out with a
// warning in `options`, or refused, as `on_unsupported` has it.
//
// Fails with INVALID_REQUEST or UNSUPPORTED_PARAMETER and the path of the field
// that is at fault.
absl::StatusOr<std::string> WriteOllamaRequest(const v1::ChatRequest& chat,
                                               const CallOptions& options,
                                               OnUnsupported on_unsupported);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_REQUEST_H_

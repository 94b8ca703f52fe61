#ifndef AIGATEWAY_PROVIDERS_OPENAI_REQUEST_H_
#define AIGATEWAY_PROVIDERS_OPENAI_REQUEST_H_

#include <string>

#include "absl/status/statusor.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/openai_instance.h"
#include "providers/provider.h"

namespace aigateway {

// Writes the body of a request for a chat completion. What the vendor or model
// does not take is left out, with a line in `options.warnings`, or refused, as
// `on_unsupported` says. Fails with INVALID_REQUEST or UNSUPPORTED_PARAMETER
// and the path of the field, or with MODEL_NOT_FOUND for a model that chat
// completions do not serve.
absl::StatusOr<std::string> WriteOpenAiRequest(const OpenAiInstance& instance,
                                               const v1::ChatRequest& chat,
                                               const CallOptions& options);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OPENAI_REQUEST_H_

#ifndef AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_REQUEST_H_
#define AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_REQUEST_H_

#include <string>

#include "absl/status/statusor.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/openai_instance.h"
#include "providers/provider.h"

namespace aigateway {

// Writes the body of a request to a Responses API. It asks the vendor to keep
// nothing, and for sealed reasoning that can be sent back instead. What the
// vendor or model does not take is left out, with a line in
// `options.warnings`, or refused, as `on_unsupported` says. Fails with
// INVALID_REQUEST or UNSUPPORTED_PARAMETER and the path of the field.
absl::StatusOr<std::string> WriteResponsesRequest(
    const OpenAiInstance& instance, const v1::ChatRequest& chat,
    const CallOptions& options);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_REQUEST_H_

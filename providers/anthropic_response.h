#ifndef AIGATEWAY_PROVIDERS_ANTHROPIC_RESPONSE_H_
#define AIGATEWAY_PROVIDERS_ANTHROPIC_RESPONSE_H_

#include "absl/status/statusor.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/net/http_message.h"
#include "providers/provider.h"
#include "providers/redactor.h"

namespace aigateway {

// Reads a whole answer of the Messages API with a 2xx status.
//
// Fails with PROVIDER_PROTOCOL_ERROR if it is none, or with the error that it
// holds.
absl::StatusOr<v1::ChatResponse> ReadAnthropicResponse(
    const HttpResponse& response, const CallOptions& options,
    const Redactor& redactor);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ANTHROPIC_RESPONSE_H_

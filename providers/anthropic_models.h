#ifndef AIGATEWAY_PROVIDERS_ANTHROPIC_MODELS_H_
#define AIGATEWAY_PROVIDERS_ANTHROPIC_MODELS_H_

#include "absl/status/statusor.h"

#include "gateway/net/http_message.h"
#include "providers/provider.h"
#include "providers/redactor.h"

namespace aigateway {

// Reads a page of GET /v1/models: ids, token limits and what the models can do,
// as far as it is listed or known of their generation. The page token is the
// last id.
//
// Fails with PROVIDER_PROTOCOL_ERROR if it is none, or with the error that it
// holds.
absl::StatusOr<Provider::ModelsPage> ReadAnthropicModels(
    const HttpResponse& response, const Redactor& redactor);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ANTHROPIC_MODELS_H_

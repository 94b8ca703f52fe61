#ifndef AIGATEWAY_PROVIDERS_COHERE_COHERE_MODELS_H_
#define AIGATEWAY_PROVIDERS_COHERE_COHERE_MODELS_H_

#include "absl/status/statusor.h"

#include "gateway/net/http_message.h"
#include "providers/provider.h"
#include "providers/redactor.h"

namespace aigateway {

// Reads a page of GET /v1/models. Models that neither chat nor embed are left
// out. Fails with PROVIDER_PROTOCOL_ERROR if it is none.
absl::StatusOr<Provider::ModelsPage> ReadCohereModels(
    const HttpResponse& response, const Redactor& redactor);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_COHERE_COHERE_MODELS_H_

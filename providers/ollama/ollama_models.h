#ifndef AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_MODELS_H_
#define AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_MODELS_H_

#include "absl/status/statusor.h"

#include "gateway/net/http_message.h"
#include "providers/provider.h"
#include "providers/redactor.h"

namespace aigateway {

// Reads GET /api/tags: the models that a server has, on one page. Fails with
// PROVIDER_PROTOCOL_ERROR if it is no such list.
absl::StatusOr<Provider::ModelsPage> ReadOllamaModels(
    const HttpResponse& response, const Redactor& redactor);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_MODELS_H_

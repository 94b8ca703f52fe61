#ifndef AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_MODELS_H_
#define AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_MODELS_H_

#include "absl/status/statusor.h"

#include "gateway/net/http_message.h"
#include "providers/provider.h"
#include "providers/redactor.h"

namespace aigateway {

// Reads Replicate's collection of language models, which is one page: among all
// that can be run there they are few. Fails with PROVIDER_PROTOCOL_ERROR if it
// is none.
absl::StatusOr<Provider::ModelsPage> ReadReplicateModels(
    const HttpResponse& response, const Redactor& redactor);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_MODELS_H_

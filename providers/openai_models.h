#ifndef AIGATEWAY_PROVIDERS_OPENAI_MODELS_H_
#define AIGATEWAY_PROVIDERS_OPENAI_MODELS_H_

#include "absl/status/statusor.h"

#include "gateway/net/http_message.h"
#include "providers/openai_instance.h"
#include "providers/provider.h"

namespace aigateway {

// Reads a listing of models: OpenAI's {"data":[...]}, the list alone
// (Together), or Cloudflare's pages of a search. Of what vendors say beside the
// id, windows and capabilities are kept where they are plain; a number that
// makes no sense is not known. Entries without an id are passed over.
//
// Fails with PROVIDER_PROTOCOL_ERROR for what is no listing, or with what an
// error in it means.
absl::StatusOr<Provider::ModelsPage> ReadOpenAiModels(
    const OpenAiInstance& instance, const HttpResponse& response);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OPENAI_MODELS_H_

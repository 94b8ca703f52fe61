#ifndef AIGATEWAY_PROVIDERS_VERTEX_VERTEX_MODELS_H_
#define AIGATEWAY_PROVIDERS_VERTEX_VERTEX_MODELS_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "providers/provider.h"

namespace aigateway {

// Reads a page of the models that Google publishes on Vertex AI: Gemini and
// what makes embeddings of texts, by their names, for the listing says no more.
// Fails with a plain InvalidArgument if it is none.
absl::StatusOr<Provider::ModelsPage> ReadVertexModels(absl::string_view body);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_VERTEX_VERTEX_MODELS_H_

#ifndef AIGATEWAY_PROVIDERS_GEMINI_MODELS_H_
#define AIGATEWAY_PROVIDERS_GEMINI_MODELS_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "providers/provider.h"

namespace aigateway {

// Reads a page of Gemini's listing of models: those that answer chats or make
// embeddings, without "models/" in front of their names. Fails with a plain
// InvalidArgument if it is none.
absl::StatusOr<Provider::ModelsPage> ReadGeminiModels(absl::string_view body);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_MODELS_H_

#ifndef AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_MODELS_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_MODELS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "gateway/net/http_message.h"
#include "providers/provider.h"
#include "providers/redactor.h"

namespace aigateway {

// The path of the page after `page_token`: first the models that can be called
// by themselves, then the inference profiles, by which the newer ones are.
std::string BedrockModelsPath(absl::string_view page_token);

// Reads a page of either list. Models that write neither text nor vectors, and
// those that are only called through a profile, are left out.
absl::StatusOr<Provider::ModelsPage> ReadBedrockModels(
    const HttpResponse& response, const Redactor& redactor);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_MODELS_H_

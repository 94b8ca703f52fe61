#ifndef AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_EMBEDDING_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_EMBEDDING_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/net/http_message.h"
#include "providers/parameter_policy.h"
#include "providers/provider.h"
#include "providers/redactor.h"

namespace aigateway {

// Vectors by InvokeModel, whose bodies are the models' own: Titan's, which
// takes one text a request, and Cohere's.

// The most texts that one request to `model` may have.
int BedrockMaxInputs(absl::string_view model);

// Writes the body for `options.model`. Fails with INVALID_REQUEST or
// UNSUPPORTED_PARAMETER and the field's path.
absl::StatusOr<std::string> WriteBedrockEmbedding(const v1::EmbedRequest& embed,
                                                  const CallOptions& options,
                                                  OnUnsupported on_unsupported);

// Reads an answer with a 2xx status: a vector for each text of `embed`.
// PROVIDER_PROTOCOL_ERROR if there are more or fewer, or one has no numbers.
absl::StatusOr<v1::EmbedResponse> ReadBedrockEmbedding(
    const HttpResponse& response, const v1::EmbedRequest& embed,
    const CallOptions& options, const Redactor& redactor);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_EMBEDDING_H_

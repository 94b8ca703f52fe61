#include "providers/replicate/replicate_codec.h"

#include <string>

#include "absl/memory/memory.h"

#include "gateway/base/status_macros.h"
#include "providers/replicate/replicate_answer.h"
#include "providers/replicate/replicate_error.h"
#include "providers/replicate/replicate_models.h"
#include "providers/replicate/replicate_request.h"
#include "providers/replicate/replicate_stream.h"

namespace aigateway {
namespace {

// How long the answer to a POST may be held until the output is there. Up to 60
// are taken; but before that answer the id is not known, by which a prediction
// that nobody waits for is cancelled.
constexpr absl::string_view kPrefer = "wait=10";

}  // namespace

absl::StatusOr<std::unique_ptr<Provider>> ReplicateCodec::Create(
    const config::v1::ProviderConfig& config) {
  AIGW_ASSIGN_OR_RETURN(ReplicateInstance instance,
                        ReplicateInstance::Create(config));
  return absl::WrapUnique<Provider>(new ReplicateCodec(std::move(instance)));
}

absl::StatusOr<HttpRequest> ReplicateCodec::BuildRequest(
    const v1::ChatRequest& chat, const CallOptions& options) const {
  AIGW_ASSIGN_OR_RETURN(
      ReplicateRequest written,
      WriteReplicateRequest(chat, options, instance_.on_unsupported));
  HttpRequest request =
      instance_.NewRequest("POST", written.path, options.credential);
  // A stream is asked for as soon as it is known where it is.
  if (!options.stream) request.headers.Set("prefer", kPrefer);
  request.body = std::move(written.body);
  request.stream = options.stream;
  return request;
}

absl::StatusOr<std::variant<v1::ChatResponse, NextExchange>>
ReplicateCodec::ParseResponse(const HttpResponse& response,
                              const v1::ChatRequest& /*chat*/,
                              const CallOptions& options) const {
  return ReadReplicateAnswer(response, instance_, options);
}

absl::Status ReplicateCodec::ParseError(const HttpResponse& response,
                                        absl::Time now) const {
  return ReplicateHttpError(response, now, instance_.redactor);
}

std::unique_ptr<StreamDecoder> ReplicateCodec::NewStreamDecoder(
    const HttpHeaders& headers, const v1::ChatRequest& /*chat*/,
    const CallOptions& options) const {
  return NewReplicateStreamDecoder(headers, options, instance_);
}

absl::StatusOr<HttpRequest> ReplicateCodec::BuildModelsRequest(
    absl::string_view credential, absl::string_view /*page_token*/) const {
  return instance_.NewRequest("GET", "/collections/language-models",
                              credential);
}

absl::StatusOr<Provider::ModelsPage> ReplicateCodec::ParseModels(
    const HttpResponse& response) const {
  return ReadReplicateModels(response, instance_.redactor);
}

AIGW_REGISTER_PROVIDER("replicate", {.create = &ReplicateCodec::Create,
                                     .key_variables = {"REPLICATE_API_TOKEN",
                                                       "REPLICATE_API_KEY"},
                                     .order = 26});

}  // namespace aigateway

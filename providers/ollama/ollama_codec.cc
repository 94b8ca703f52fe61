#include "providers/ollama/ollama_codec.h"

#include <string>
#include <utility>

#include "absl/memory/memory.h"

#include "gateway/base/status_macros.h"
#include "providers/ollama/ollama_answer.h"
#include "providers/ollama/ollama_error.h"
#include "providers/ollama/ollama_models.h"
#include "providers/ollama/ollama_request.h"
#include "providers/ollama/ollama_stream.h"

namespace aigateway {
namespace {

constexpr absl::string_view kJson = "application/json";

}  // namespace

absl::StatusOr<std::unique_ptr<Provider>> OllamaCodec::Create(
    const config::v1::ProviderConfig& config) {
  AIGW_ASSIGN_OR_RETURN(OllamaInstance instance,
                        OllamaInstance::Create(config));
  return absl::WrapUnique<Provider>(new OllamaCodec(std::move(instance)));
}

OllamaCodec::OllamaCodec(OllamaInstance instance)
    : instance_(std::move(instance)), embedder_(instance_) {}

absl::StatusOr<HttpRequest> OllamaCodec::BuildRequest(
    const v1::ChatRequest& chat, const CallOptions& options) const {
  AIGW_ASSIGN_OR_RETURN(
      std::string body,
      WriteOllamaRequest(chat, options, instance_.on_unsupported));
  HttpRequest request = instance_.NewRequest(
      "POST", "/api/chat", options.credential,
      options.stream ? absl::string_view("application/x-ndjson") : kJson);
  request.body = std::move(body);
  request.stream = options.stream;
  return request;
}

absl::StatusOr<std::variant<v1::ChatResponse, NextExchange>>
OllamaCodec::ParseResponse(const HttpResponse& response,
                           const v1::ChatRequest& chat,
                           const CallOptions& options) const {
  AIGW_ASSIGN_OR_RETURN(
      v1::ChatResponse answer,
      ReadOllamaResponse(response, chat, options, instance_.redactor));
  return answer;
}

absl::Status OllamaCodec::ParseError(const HttpResponse& response,
                                     absl::Time now) const {
  return OllamaHttpError(response, now, instance_.redactor);
}

std::unique_ptr<StreamDecoder> OllamaCodec::NewStreamDecoder(
    const HttpHeaders& /*headers*/, const v1::ChatRequest& chat,
    const CallOptions& options) const {
  return NewOllamaStreamDecoder(chat, options, instance_.redactor);
}

absl::StatusOr<HttpRequest> OllamaCodec::BuildModelsRequest(
    absl::string_view credential, absl::string_view /*page_token*/) const {
  return instance_.NewRequest("GET", "/api/tags", credential, kJson);
}

absl::StatusOr<Provider::ModelsPage> OllamaCodec::ParseModels(
    const HttpResponse& response) const {
  return ReadOllamaModels(response, instance_.redactor);
}

AIGW_REGISTER_PROVIDER("ollama", {.create = &OllamaCodec::Create,
                                  .key_variables = {"OLLAMA_API_KEY"},
                                  .base_urls = {"${OLLAMA_HOST}"},
                                  .order = 31,
                                  .needs_key = false});

}  // namespace aigateway

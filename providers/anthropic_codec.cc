#include "providers/anthropic_codec.h"

#include <string>

#include "absl/strings/str_cat.h"

#include "gateway/base/status_macros.h"
#include "providers/anthropic_error.h"
#include "providers/anthropic_models.h"
#include "providers/anthropic_profile.h"
#include "providers/anthropic_request.h"
#include "providers/anthropic_response.h"
#include "providers/anthropic_stream.h"
#include "providers/base_url.h"

namespace aigateway {
namespace {

// The most models that a page may have.
constexpr int kModelsOnPage = 1000;

}  // namespace

absl::StatusOr<std::unique_ptr<Provider>> AnthropicCodec::Create(
    const config::v1::ProviderConfig& config) {
  AIGW_ASSIGN_OR_RETURN(AnthropicInstance instance,
                        AnthropicInstance::Create(config));
  return std::make_unique<AnthropicCodec>(std::move(instance));
}

absl::StatusOr<HttpRequest> AnthropicCodec::BuildRequest(
    const v1::ChatRequest& chat, const CallOptions& options) const {
  AIGW_ASSIGN_OR_RETURN(
      AnthropicRequest message,
      WriteAnthropicRequest(chat, options, instance_.on_unsupported));
  HttpRequest request = instance_.NewRequest(
      "POST", "/messages", options.credential, std::move(message.betas));
  request.headers.Set("content-type", "application/json");
  request.headers.Set(
      "accept", options.stream ? "text/event-stream" : "application/json");
  request.body = std::move(message.body);
  request.stream = options.stream;
  return request;
}

absl::StatusOr<std::variant<v1::ChatResponse, NextExchange>>
AnthropicCodec::ParseResponse(const HttpResponse& response,
                              const v1::ChatRequest& /*chat*/,
                              const CallOptions& options) const {
  return ReadAnthropicResponse(response, options, instance_.redactor);
}

absl::Status AnthropicCodec::ParseError(const HttpResponse& response,
                                        absl::Time now) const {
  return AnthropicHttpError(response, now, instance_.redactor);
}

std::unique_ptr<StreamDecoder> AnthropicCodec::NewStreamDecoder(
    const HttpHeaders& headers, const v1::ChatRequest& chat,
    const CallOptions& options) const {
  return NewAnthropicStreamDecoder(headers, chat, options, instance_.redactor);
}

absl::StatusOr<HttpRequest> AnthropicCodec::BuildModelsRequest(
    absl::string_view credential, absl::string_view page_token) const {
  std::string path = absl::StrCat("/models?limit=", kModelsOnPage);
  if (!page_token.empty()) {
    absl::StrAppend(&path, "&after_id=", EscapePathStep(page_token));
  }
  HttpRequest request = instance_.NewRequest("GET", path, credential, {});
  request.headers.Set("accept", "application/json");
  return request;
}

absl::StatusOr<Provider::ModelsPage> AnthropicCodec::ParseModels(
    const HttpResponse& response) const {
  return ReadAnthropicModels(response, instance_.redactor);
}

Prefill AnthropicCodec::prefill(absl::string_view model) const {
  return AnthropicProfileFor(model).prefill ? Prefill::kYes : Prefill::kNo;
}

AIGW_REGISTER_PROVIDER("anthropic", {.create = &AnthropicCodec::Create,
                                     .key_variables = {"ANTHROPIC_API_KEY",
                                                       "ANTHROPIC_AUTH_TOKEN"},
                                     .base_urls = {"${ANTHROPIC_BASE_URL}"},
                                     .model_patterns = {"claude-*"},
                                     .order = 2});

}  // namespace aigateway

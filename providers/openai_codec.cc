#include "providers/openai_codec.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "providers/bearer_source.h"
#include "providers/entra_tokens.h"
#include "providers/openai_api.h"
#include "providers/openai_error.h"
#include "providers/openai_http.h"
#include "providers/openai_models.h"
#include "providers/openai_request.h"
#include "providers/openai_response.h"
#include "providers/openai_stream.h"
#include "providers/responses/responses_request.h"
#include "providers/responses/responses_response.h"
#include "providers/responses/responses_stream.h"

namespace aigateway {
namespace {

// Before a token's expiry, as Azure's own libraries have it.
constexpr absl::Duration kRefreshBefore = absl::Minutes(5);

std::unique_ptr<CredentialSource> NewCredentialSource(
    const OpenAiInstance& instance) {
  if (!instance.entra.is_set()) return nullptr;
  const Dialect& dialect = *instance.dialect;
  return std::make_unique<BearerSource>(
      NewEntraTokens(instance.entra, instance.api_version.empty()
                                         ? dialect.entra_scope
                                         : dialect.entra_versioned_scope),
      CredentialCache::Options{.refresh_before = kRefreshBefore});
}

OpenAiInstance WithSource(OpenAiInstance instance,
                          const CredentialSource* source) {
  instance.redactor = instance.redactor.With(source);
  return instance;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Provider>> OpenAiCodec::Create(
    const Dialect& dialect, const config::v1::ProviderConfig& config) {
  AIGW_ASSIGN_OR_RETURN(OpenAiInstance instance,
                        OpenAiInstance::Create(dialect, config));
  return std::make_unique<OpenAiCodec>(std::move(instance));
}

OpenAiCodec::OpenAiCodec(OpenAiInstance instance)
    : credential_source_(NewCredentialSource(instance)),
      instance_(WithSource(std::move(instance), credential_source_.get())),
      embedder_(instance_) {}

bool OpenAiCodec::UsesResponses(const v1::ChatRequest& chat,
                                const CallOptions& options) const {
  return ChooseOpenAiApi(instance_, chat, options.model) ==
         OpenAiApi::kResponses;
}

absl::StatusOr<HttpRequest> OpenAiCodec::BuildRequest(
    const v1::ChatRequest& chat, const CallOptions& options) const {
  const bool responses = UsesResponses(chat, options);
  AIGW_ASSIGN_OR_RETURN(std::string body,
                        responses
                            ? WriteResponsesRequest(instance_, chat, options)
                            : WriteOpenAiRequest(instance_, chat, options));
  HttpRequest request = NewOpenAiPost(
      instance_,
      responses ? instance_.ResponsesUrl() : instance_.ChatUrl(options.model),
      options.credential, options.stream);
  request.body = std::move(body);
  return request;
}

absl::StatusOr<std::variant<v1::ChatResponse, NextExchange>>
OpenAiCodec::ParseResponse(const HttpResponse& response,
                           const v1::ChatRequest& chat,
                           const CallOptions& options) const {
  AIGW_ASSIGN_OR_RETURN(
      v1::ChatResponse answer,
      UsesResponses(chat, options)
          ? ReadResponsesResponse(instance_, response, options)
          : ReadOpenAiResponse(instance_, response, options));
  return answer;
}

absl::Status OpenAiCodec::ParseError(const HttpResponse& response,
                                     absl::Time now) const {
  return ReadOpenAiError(instance_, response, now);
}

std::unique_ptr<StreamDecoder> OpenAiCodec::NewStreamDecoder(
    const HttpHeaders& headers, const v1::ChatRequest& chat,
    const CallOptions& options) const {
  if (UsesResponses(chat, options)) {
    return NewResponsesStreamDecoder(instance_, headers, chat, options);
  }
  return std::make_unique<OpenAiStreamDecoder>(instance_, chat, options);
}

absl::StatusOr<HttpRequest> OpenAiCodec::BuildModelsRequest(
    absl::string_view credential, absl::string_view page_token) const {
  const std::string url = instance_.ModelsUrl(page_token);
  if (url.empty()) {
    return Error(ErrorReason::kUnsupportedParameter,
                 absl::StrCat(instance_.type, " has no listing of its models"),
                 {{"provider", instance_.type}});
  }
  return NewOpenAiGet(instance_, url, credential);
}

absl::StatusOr<Provider::ModelsPage> OpenAiCodec::ParseModels(
    const HttpResponse& response) const {
  return ReadOpenAiModels(instance_, response);
}

const Embedder* OpenAiCodec::embedder() const {
  return instance_.dialect->embeddings.max_inputs > 0 ? &embedder_ : nullptr;
}

Prefill OpenAiCodec::prefill(absl::string_view model) const {
  // What an assistant's item begins is over for the Responses API.
  const ResponsesUse use = instance_.dialect->responses.use;
  const bool usual =
      use == ResponsesUse::kPreferred || use == ResponsesUse::kAlways;
  if (instance_.api.value_or(usual
                                 ? OpenAiApi::kResponses
                                 : OpenAiApi::kChat) == OpenAiApi::kResponses) {
    return Prefill::kNo;
  }
  return instance_.prefill;
}

absl::string_view OpenAiCodec::base_url() const { return instance_.base_url; }

}  // namespace aigateway

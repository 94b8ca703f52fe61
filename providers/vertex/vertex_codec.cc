#include "providers/vertex/vertex_codec.h"

#include <algorithm>
#include <optional>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "gateway/config/secrets.h"
#include "providers/anthropic_error.h"
#include "providers/anthropic_profile.h"
#include "providers/anthropic_request.h"
#include "providers/anthropic_response.h"
#include "providers/anthropic_stream.h"
#include "providers/base_url.h"
#include "providers/bearer_source.h"
#include "providers/error_body.h"
#include "providers/gemini_error.h"
#include "providers/gemini_profile.h"
#include "providers/gemini_request.h"
#include "providers/gemini_response.h"
#include "providers/gemini_stream.h"
#include "providers/upstream_error.h"
#include "providers/vertex/google_tokens.h"
#include "providers/vertex/vertex_models.h"
#include "providers/vertex/vertex_place.h"
#include "providers/vertex/vertex_settings.h"

namespace aigateway {
namespace {

constexpr absl::string_view kType = "vertex-ai";
constexpr absl::string_view kJson = "application/json";
constexpr absl::string_view kEventStream = "text/event-stream";
constexpr absl::string_view kVersion = "/v1";
constexpr absl::string_view kListingVersion = "/v1beta1";
// Of Anthropic's API, as Vertex AI has it.
constexpr absl::string_view kClaudeVersion = "vertex-2023-10-16";
// Before a token's expiry, as Google's own libraries have it.
constexpr absl::Duration kRefreshBefore = absl::Seconds(3 * 60 + 45);

constexpr size_t kMaxShown = 256;

bool IsClaude(absl::string_view publisher) { return publisher == "anthropic"; }

// Fails for a model of which it is not known how it is spoken to.
absl::StatusOr<VertexModel> ModelOf(absl::string_view model) {
  VertexModel read = ReadVertexModel(model);
  if (read.name.empty()) return FieldError("chat.model", "is empty");
  if (!read.publisher.empty() && read.publisher != "google" &&
      !IsClaude(read.publisher)) {
    // Another target may have it.
    return Error(ErrorReason::kModelNotFound,
                 absl::StrCat("'", Truncate(model, kMaxShown),
                              "' is of a publisher that type vertex-ai does "
                              "not serve: it has Google's models and "
                              "Anthropic's"),
                 {{"model", Truncate(model, kMaxShown)}});
  }
  return read;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Provider>> VertexCodec::Create(
    const config::v1::ProviderConfig& config) {
  std::vector<FieldViolation> faults;
  const VertexSettings settings = ReadVertexSettings(config.options(), &faults);
  const bool has_key = !config.api_key().empty() || !config.api_keys().empty();

  // Keys of express mode are good for any location.
  absl::StatusOr<std::string> base_url =
      VertexBaseUrl(has_key ? "" : settings.location);
  if (!config.base_url().empty()) {
    base_url = CompleteBaseUrl(config.base_url(), kVersion);
    if (!base_url.ok()) {
      faults.push_back({"base_url", std::string(base_url.status().message())});
    }
  }
  if (!has_key && settings.project.empty()) {
    faults.push_back({"options.project",
                      "is required without an api_key: set it, or "
                      "GOOGLE_CLOUD_PROJECT"});
  }
  const std::optional<OnUnsupported> on_unsupported =
      ParseOnUnsupported(config.on_unsupported());
  if (!on_unsupported.has_value()) {
    faults.push_back({"on_unsupported", "must be refuse or drop"});
  }
  if (!faults.empty()) {
    absl::Status status =
        Error(ErrorReason::kInvalidConfig,
              absl::StrCat(faults[0].field, " ", faults[0].description));
    SetViolations(status, faults);
    return status;
  }

  Place place{.base_url = *std::move(base_url)};
  std::unique_ptr<CredentialSource> source;
  if (!has_key) {
    place.parent = absl::StrCat(
        "/projects/", EscapePathStep(settings.project), "/locations/",
        settings.location.empty() ? "global" : settings.location);
    static const auto* const files = new SystemSecrets();
    source = std::make_unique<BearerSource>(
        NewGoogleTokens(settings, files),
        CredentialCache::Options{.refresh_before = kRefreshBefore});
  }
  return absl::WrapUnique<Provider>(new VertexCodec(
      std::move(place), *on_unsupported, std::move(source), config));
}

VertexCodec::VertexCodec(Place place, OnUnsupported on_unsupported,
                         std::unique_ptr<CredentialSource> credential_source,
                         const config::v1::ProviderConfig& config)
    : base_url_(std::move(place.base_url)),
      parent_(std::move(place.parent)),
      api_({.type = kType, .fetches_urls = true, .service_tier = false}),
      on_unsupported_(on_unsupported),
      credential_source_(std::move(credential_source)),
      http2_(!config.has_http2() || config.http2()),
      headers_(config.headers().begin(), config.headers().end()),
      redactor_(Redactor(config).With(credential_source_.get())),
      embedder_(
          [this](absl::string_view model, absl::string_view method,
                 absl::string_view credential) {
            HttpRequest request =
                NewRequest("POST", UrlOf(ReadVertexModel(model).path, method),
                           credential, kJson);
            SetOwnHeaders(&request);
            return request;
          },
          on_unsupported_, redactor_) {
  std::sort(headers_.begin(), headers_.end());
}

HttpRequest VertexCodec::NewRequest(absl::string_view method, std::string url,
                                    absl::string_view credential,
                                    absl::string_view accept) const {
  HttpRequest request;
  request.method = std::string(method);
  request.url = std::move(url);
  request.http2 = http2_;
  if (!credential.empty()) request.headers.Add("x-goog-api-key", credential);
  if (method == "POST") request.headers.Add("content-type", kJson);
  request.headers.Add("accept", accept);
  return request;
}

void VertexCodec::SetOwnHeaders(HttpRequest* request) const {
  for (const auto& [name, value] : headers_) request->headers.Set(name, value);
}

std::string VertexCodec::UrlOf(absl::string_view path,
                               absl::string_view method) const {
  return absl::StrCat(base_url_, parent_, "/", path, method);
}

absl::StatusOr<HttpRequest> VertexCodec::BuildRequest(
    const v1::ChatRequest& chat, const CallOptions& options) const {
  AIGW_ASSIGN_OR_RETURN(const VertexModel model, ModelOf(options.model));
  if (IsClaude(model.publisher)) return BuildClaudeRequest(chat, options);
  HttpRequest request = NewRequest(
      "POST",
      UrlOf(model.path, options.stream ? ":streamGenerateContent?alt=sse"
                                       : ":generateContent"),
      options.credential, options.stream ? kEventStream : kJson);
  AIGW_ASSIGN_OR_RETURN(request.body, BuildGeminiBody(GeminiCall(
                                          chat, model.name, api_,
                                          on_unsupported_, options.warnings)));
  request.stream = options.stream;
  SetOwnHeaders(&request);
  return request;
}

absl::StatusOr<HttpRequest> VertexCodec::BuildClaudeRequest(
    const v1::ChatRequest& chat, const CallOptions& options) const {
  const VertexModel model = ReadVertexModel(options.model);
  CallOptions claude = options;
  claude.model = model.name;
  AIGW_ASSIGN_OR_RETURN(
      AnthropicRequest message,
      WriteAnthropicRequest(chat, claude, on_unsupported_, kClaudeVersion));
  HttpRequest request = NewRequest(
      "POST",
      UrlOf(model.path, options.stream ? ":streamRawPredict" : ":rawPredict"),
      options.credential, options.stream ? kEventStream : kJson);
  request.body = std::move(message.body);
  request.stream = options.stream;
  if (!message.betas.empty()) {
    request.headers.Add("anthropic-beta", absl::StrJoin(message.betas, ","));
  }
  SetOwnHeaders(&request);
  return request;
}

absl::StatusOr<std::variant<v1::ChatResponse, NextExchange>>
VertexCodec::ParseResponse(const HttpResponse& response,
                           const v1::ChatRequest& chat,
                           const CallOptions& options) const {
  AIGW_ASSIGN_OR_RETURN(
      v1::ChatResponse answer,
      IsClaude(ReadVertexModel(options.model).publisher)
          ? ReadAnthropicResponse(response, options, redactor_)
          : ReadGeminiResponse(response, chat, options, redactor_));
  return answer;
}

absl::Status VertexCodec::ParseError(const HttpResponse& response,
                                     absl::Time now) const {
  // Claude's own failures have Anthropic's words for their types, the rest
  // ("no such model", "quota") is Google's.
  const std::optional<ErrorBody> error = ReadErrorBody(response.body);
  if (error.has_value() && absl::EndsWith(error->type, "_error")) {
    return AnthropicHttpError(response, now, redactor_);
  }
  return GeminiError({.http_status = response.status,
                      .headers = &response.headers,
                      .body = response.body,
                      .now = now},
                     redactor_);
}

std::unique_ptr<StreamDecoder> VertexCodec::NewStreamDecoder(
    const HttpHeaders& headers, const v1::ChatRequest& chat,
    const CallOptions& options) const {
  if (IsClaude(ReadVertexModel(options.model).publisher)) {
    return NewAnthropicStreamDecoder(headers, chat, options, redactor_);
  }
  return std::make_unique<GeminiStreamDecoder>(chat, options, redactor_);
}

absl::StatusOr<HttpRequest> VertexCodec::BuildModelsRequest(
    absl::string_view credential, absl::string_view page_token) const {
  // Published models belong to no project, and are listed by this version only.
  absl::string_view root = base_url_;
  if (!absl::ConsumeSuffix(&root, kListingVersion)) {
    absl::ConsumeSuffix(&root, kVersion);
  }
  std::string url = absl::StrCat(root, kListingVersion,
                                 "/publishers/google/models?pageSize=100");
  if (!page_token.empty()) {
    absl::StrAppend(&url, "&pageToken=", EscapePathStep(page_token));
  }
  HttpRequest request = NewRequest("GET", std::move(url), credential, kJson);
  SetOwnHeaders(&request);
  return request;
}

absl::StatusOr<Provider::ModelsPage> VertexCodec::ParseModels(
    const HttpResponse& response) const {
  absl::StatusOr<ModelsPage> page = ReadVertexModels(response.body);
  if (page.ok()) return page;
  return UnreadableAnswer(page.status().message(), response.status,
                          response.body, redactor_);
}

Prefill VertexCodec::prefill(absl::string_view model) const {
  const VertexModel read = ReadVertexModel(model);
  const bool can = IsClaude(read.publisher)
                       ? AnthropicProfileFor(read.name).prefill
                       : GeminiProfileFor(read.name).prefill;
  return can ? Prefill::kYes : Prefill::kNo;
}

AIGW_REGISTER_PROVIDER("vertex-ai",
                       {.create = &VertexCodec::Create,
                        .key_variables = {"VERTEX_AI_API_KEY"},
                        .only_when_named = true,
                        .order = 7,
                        .needs_key = false,
                        .option_variables = VertexOptionVariables()});

}  // namespace aigateway

#include "providers/gemini_codec.h"

#include <algorithm>
#include <map>
#include <optional>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "providers/base_url.h"
#include "providers/gemini_error.h"
#include "providers/gemini_models.h"
#include "providers/gemini_profile.h"
#include "providers/gemini_request.h"
#include "providers/gemini_response.h"
#include "providers/gemini_stream.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

constexpr absl::string_view kBaseUrl =
    "https://generativelanguage.googleapis.com/v1beta";

// The path of a model below the base URL: "models/gemini-2.5-flash". What a
// caller puts into the name cannot leave it.
std::string ModelPath(absl::string_view model) {
  absl::string_view collection = "models/";
  if (absl::ConsumePrefix(&model, "tunedModels/")) {
    collection = "tunedModels/";
  } else {
    model = absl::StripPrefix(model, collection);
  }
  return absl::StrCat(collection, EscapePathStep(model));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Provider>> GeminiCodec::Create(
    const config::v1::ProviderConfig& config) {
  std::vector<FieldViolation> faults;
  absl::StatusOr<std::string> base_url = CompleteBaseUrl(
      config.base_url().empty() ? kBaseUrl
                                : absl::string_view(config.base_url()),
      UrlPath(kBaseUrl));
  if (!base_url.ok()) {
    faults.push_back({"base_url", std::string(base_url.status().message())});
  }
  const std::optional<OnUnsupported> on_unsupported =
      ParseOnUnsupported(config.on_unsupported());
  if (!on_unsupported.has_value()) {
    faults.push_back({"on_unsupported", "must be refuse or drop"});
  }
  // By name, for the order of a hash map is nobody's.
  std::map<std::string, bool> options;
  for (const auto& [name, value] : config.options().fields()) {
    options[name] = true;
  }
  for (const auto& [name, is_set] : options) {
    faults.push_back({absl::StrCat("options.", name),
                      "is no option of type gemini, which has none"});
  }
  if (!faults.empty()) {
    absl::Status status =
        Error(ErrorReason::kInvalidConfig,
              absl::StrCat(faults[0].field, " ", faults[0].description));
    SetViolations(status, faults);
    return status;
  }
  return absl::WrapUnique<Provider>(
      new GeminiCodec(*std::move(base_url), *on_unsupported, config));
}

GeminiCodec::GeminiCodec(std::string base_url, OnUnsupported on_unsupported,
                         const config::v1::ProviderConfig& config)
    : base_url_(std::move(base_url)),
      files_url_(absl::StrCat(base_url_, "/files/")),
      api_({.json_schema = !absl::EndsWith(base_url_, "/v1"),
            .files_url = files_url_}),
      on_unsupported_(on_unsupported),
      http2_(!config.has_http2() || config.http2()),
      headers_(config.headers().begin(), config.headers().end()),
      redactor_(config),
      embedder_(
          [this](absl::string_view model, absl::string_view credential) {
            return NewPost(model, ":batchEmbedContents", credential);
          },
          on_unsupported_, redactor_) {
  std::sort(headers_.begin(), headers_.end());
}

HttpRequest GeminiCodec::NewRequest(absl::string_view credential) const {
  HttpRequest request;
  request.http2 = http2_;
  if (!credential.empty()) request.headers.Add("x-goog-api-key", credential);
  return request;
}

HttpRequest GeminiCodec::NewPost(absl::string_view model,
                                 absl::string_view method,
                                 absl::string_view credential) const {
  HttpRequest request = NewRequest(credential);
  request.url = absl::StrCat(base_url_, "/", ModelPath(model), method);
  request.headers.Add("content-type", "application/json");
  request.headers.Add("accept", "application/json");
  for (const auto& [name, value] : headers_) request.headers.Set(name, value);
  return request;
}

absl::StatusOr<HttpRequest> GeminiCodec::BuildRequest(
    const v1::ChatRequest& chat, const CallOptions& options) const {
  if (options.model.empty()) return FieldError("chat.model", "is empty");
  HttpRequest request = NewRequest(options.credential);
  AIGW_ASSIGN_OR_RETURN(request.body, BuildGeminiBody(GeminiCall(
                                          chat, options.model, api_,
                                          on_unsupported_, options.warnings)));
  request.url = absl::StrCat(
      base_url_, "/", ModelPath(options.model),
      options.stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
  request.stream = options.stream;
  request.headers.Add("content-type", "application/json");
  request.headers.Add(
      "accept", options.stream ? "text/event-stream" : "application/json");
  for (const auto& [name, value] : headers_) request.headers.Set(name, value);
  return request;
}

absl::StatusOr<std::variant<v1::ChatResponse, NextExchange>>
GeminiCodec::ParseResponse(const HttpResponse& response,
                           const v1::ChatRequest& chat,
                           const CallOptions& options) const {
  AIGW_ASSIGN_OR_RETURN(v1::ChatResponse chat_response,
                        ReadGeminiResponse(response, chat, options, redactor_));
  return chat_response;
}

absl::Status GeminiCodec::ParseError(const HttpResponse& response,
                                     absl::Time now) const {
  return GeminiError({.http_status = response.status,
                      .headers = &response.headers,
                      .body = response.body,
                      .now = now},
                     redactor_);
}

std::unique_ptr<StreamDecoder> GeminiCodec::NewStreamDecoder(
    const HttpHeaders& headers, const v1::ChatRequest& chat,
    const CallOptions& options) const {
  return std::make_unique<GeminiStreamDecoder>(chat, options, redactor_);
}

absl::StatusOr<HttpRequest> GeminiCodec::BuildModelsRequest(
    absl::string_view credential, absl::string_view page_token) const {
  HttpRequest request = NewRequest(credential);
  request.method = "GET";
  request.url = absl::StrCat(base_url_, "/models?pageSize=1000");
  if (!page_token.empty()) {
    absl::StrAppend(&request.url, "&pageToken=", EscapePathStep(page_token));
  }
  for (const auto& [name, value] : headers_) request.headers.Set(name, value);
  return request;
}

absl::StatusOr<Provider::ModelsPage> GeminiCodec::ParseModels(
    const HttpResponse& response) const {
  absl::StatusOr<ModelsPage> page = ReadGeminiModels(response.body);
  if (page.ok()) return page;
  return UnreadableAnswer(page.status().message(), response.status,
                          response.body, redactor_);
}

Prefill GeminiCodec::prefill(absl::string_view model) const {
  return GeminiProfileFor(model).prefill ? Prefill::kYes : Prefill::kNo;
}

AIGW_REGISTER_PROVIDER("gemini",
                       {.create = &GeminiCodec::Create,
                        .key_variables = {"GOOGLE_API_KEY", "GEMINI_API_KEY"},
                        .model_patterns = {"gemini-*", "gemma-*",
                                           "models/gemini-*", "models/gemma-*"},
                        .order = 3});

}  // namespace aigateway

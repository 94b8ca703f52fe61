#include "providers/cohere/cohere_codec.h"

#include <algorithm>
#include <optional>
#include <set>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "providers/base_url.h"
#include "providers/cohere/cohere_answer.h"
#include "providers/cohere/cohere_error.h"
#include "providers/cohere/cohere_models.h"
#include "providers/cohere/cohere_request.h"
#include "providers/cohere/cohere_stream.h"

namespace aigateway {
namespace {

constexpr absl::string_view kBaseUrl = "https://api.cohere.com";
constexpr absl::string_view kJson = "application/json";
// The most models that a page may have.
constexpr int kModelsOnPage = 1000;

}  // namespace

absl::StatusOr<std::unique_ptr<Provider>> CohereCodec::Create(
    const config::v1::ProviderConfig& config) {
  std::vector<FieldViolation> faults;
  absl::StatusOr<std::string> base_url = CompleteBaseUrl(
      config.base_url().empty() ? kBaseUrl
                                : absl::string_view(config.base_url()),
      "");
  if (!base_url.ok()) {
    faults.push_back({"base_url", std::string(base_url.status().message())});
  }
  const std::optional<OnUnsupported> on_unsupported =
      ParseOnUnsupported(config.on_unsupported());
  if (!on_unsupported.has_value()) {
    faults.push_back({"on_unsupported", "must be refuse or drop"});
  }
  // By name, for the order of a hash map is nobody's.
  std::set<std::string> options;
  for (const auto& [name, value] : config.options().fields()) {
    options.insert(name);
  }
  for (const std::string& name : options) {
    faults.push_back({absl::StrCat("options.", name),
                      "is no option of type cohere, which has none"});
  }
  if (!faults.empty()) {
    absl::Status status =
        Error(ErrorReason::kInvalidConfig,
              absl::StrCat(faults[0].field, " ", faults[0].description));
    SetViolations(status, faults);
    return status;
  }
  absl::string_view without_version = *base_url;
  if (!absl::ConsumeSuffix(&without_version, "/v2")) {
    absl::ConsumeSuffix(&without_version, "/v1");
  }
  return absl::WrapUnique<Provider>(
      new CohereCodec(std::string(without_version), *on_unsupported, config));
}

CohereCodec::CohereCodec(std::string base_url, OnUnsupported on_unsupported,
                         const config::v1::ProviderConfig& config)
    : base_url_(std::move(base_url)),
      on_unsupported_(on_unsupported),
      http2_(!config.has_http2() || config.http2()),
      headers_(config.headers().begin(), config.headers().end()),
      redactor_(config),
      embedder_(
          [this](absl::string_view credential) {
            return NewRequest("POST", "/v2/embed", credential, kJson);
          },
          on_unsupported_, redactor_) {
  std::sort(headers_.begin(), headers_.end());
}

HttpRequest CohereCodec::NewRequest(absl::string_view method,
                                    absl::string_view path,
                                    absl::string_view credential,
                                    absl::string_view accept) const {
  HttpRequest request;
  request.method = std::string(method);
  request.url = absl::StrCat(base_url_, path);
  request.http2 = http2_;
  if (!credential.empty()) {
    request.headers.Add("authorization", absl::StrCat("Bearer ", credential));
  }
  request.headers.Add("accept", accept);
  if (method == "POST") request.headers.Add("content-type", kJson);
  for (const auto& [name, value] : headers_) request.headers.Set(name, value);
  return request;
}

absl::StatusOr<HttpRequest> CohereCodec::BuildRequest(
    const v1::ChatRequest& chat, const CallOptions& options) const {
  AIGW_ASSIGN_OR_RETURN(std::string body,
                        WriteCohereRequest(chat, options, on_unsupported_));
  HttpRequest request = NewRequest(
      "POST", "/v2/chat", options.credential,
      options.stream ? absl::string_view("text/event-stream") : kJson);
  request.body = std::move(body);
  request.stream = options.stream;
  return request;
}

absl::StatusOr<std::variant<v1::ChatResponse, NextExchange>>
CohereCodec::ParseResponse(const HttpResponse& response,
                           const v1::ChatRequest& chat,
                           const CallOptions& options) const {
  AIGW_ASSIGN_OR_RETURN(v1::ChatResponse answer,
                        ReadCohereResponse(response, chat, options, redactor_));
  return answer;
}

absl::Status CohereCodec::ParseError(const HttpResponse& response,
                                     absl::Time now) const {
  return CohereHttpError(response, now, redactor_);
}

std::unique_ptr<StreamDecoder> CohereCodec::NewStreamDecoder(
    const HttpHeaders& headers, const v1::ChatRequest& chat,
    const CallOptions& options) const {
  return NewCohereStreamDecoder(headers, chat, options, redactor_);
}

absl::StatusOr<HttpRequest> CohereCodec::BuildModelsRequest(
    absl::string_view credential, absl::string_view page_token) const {
  std::string path = absl::StrCat("/v1/models?page_size=", kModelsOnPage);
  if (!page_token.empty()) {
    absl::StrAppend(&path, "&page_token=", EscapePathStep(page_token));
  }
  return NewRequest("GET", path, credential, kJson);
}

absl::StatusOr<Provider::ModelsPage> CohereCodec::ParseModels(
    const HttpResponse& response) const {
  return ReadCohereModels(response, redactor_);
}

AIGW_REGISTER_PROVIDER("cohere",
                       {.create = &CohereCodec::Create,
                        .key_variables = {"CO_API_KEY", "COHERE_API_KEY"},
                        .base_urls = {"${CO_API_URL}"},
                        .model_patterns = {"command-*", "c4ai-*", "embed-*"},
                        .order = 9});

}  // namespace aigateway

#include "providers/bedrock/bedrock_codec.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "gateway/config/secrets.h"
#include "providers/base_url.h"
#include "providers/bedrock/aws_chain.h"
#include "providers/bedrock/aws_settings.h"
#include "providers/bedrock/aws_signer.h"
#include "providers/bedrock/bedrock_answer.h"
#include "providers/bedrock/bedrock_embedding.h"
#include "providers/bedrock/bedrock_error.h"
#include "providers/bedrock/bedrock_models.h"
#include "providers/bedrock/bedrock_profile.h"
#include "providers/bedrock/bedrock_request.h"
#include "providers/bedrock/bedrock_stream.h"

namespace aigateway {
namespace {

constexpr absl::string_view kJson = "application/json";
constexpr absl::string_view kEventStream = "application/vnd.amazon.eventstream";
constexpr absl::string_view kService = "bedrock";
constexpr absl::string_view kRuntime = "bedrock-runtime";

std::string UsualBaseUrl(absl::string_view region) {
  return absl::StrCat("https://", kRuntime, ".", region, ".amazonaws.com",
                      absl::StartsWith(region, "cn-") ? ".cn" : "");
}

// Of hosts that are AWS's own.
constexpr absl::string_view kAwsDomains[] = {".amazonaws.com",
                                             ".amazonaws.com.cn", ".api.aws",
                                             ".api.amazonwebservices.com.cn"};

// An endpoint of AWS's own: "https://bedrock-runtime.us-east-1.amazonaws.com",
// or, of a VPC, "https://vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com".
struct Endpoint {
  size_t service_at;  // Where the service's name stands in the URL.
  bool is_vpc;
  std::string region;
};

// nullopt if `base_url` is none.
std::optional<Endpoint> ParseEndpoint(absl::string_view base_url) {
  const absl::string_view origin = UrlOrigin(base_url);
  const size_t begin = origin.find("://") + 3;
  const std::string host = absl::AsciiStrToLower(
      origin.substr(begin, origin.find(':', begin) - begin));
  absl::string_view names = host;
  const bool is_aws = std::any_of(
      std::begin(kAwsDomains), std::end(kAwsDomains),
      [&](absl::string_view end) { return absl::ConsumeSuffix(&names, end); });
  if (!is_aws) return std::nullopt;
  std::vector<absl::string_view> steps = absl::StrSplit(names, '.');
  size_t service_at = begin;
  const bool is_vpc = absl::StartsWith(steps[0], "vpce-");
  if (is_vpc) {
    service_at += steps[0].size() + 1;
    steps.erase(steps.begin());
  }
  if (steps.size() < 2 || !absl::StartsWith(steps[0], kRuntime)) {
    return std::nullopt;
  }
  return Endpoint{service_at, is_vpc, std::string(steps[1])};
}

// The same host for what is not run: "bedrock" for "bedrock-runtime". In a VPC
// that has an endpoint of its own, if any.
std::string ControlUrl(absl::string_view base_url) {
  const std::optional<Endpoint> endpoint = ParseEndpoint(base_url);
  if (!endpoint.has_value() || endpoint->is_vpc) return std::string(base_url);
  return absl::StrCat(base_url.substr(0, endpoint->service_at), kService,
                      base_url.substr(endpoint->service_at + kRuntime.size()));
}

// Where nothing can be done without a region, since the signature names it.
constexpr absl::string_view kNoRegion =
    "is required: set it, or AWS_REGION; or a base_url that names the region";

// An endpoint takes signatures for its own region only, so that it counts
// before what the environment says, and the config cannot say another.
void TakeRegionOf(absl::string_view base_url, std::string* region,
                  std::vector<FieldViolation>* faults) {
  std::optional<Endpoint> endpoint = ParseEndpoint(base_url);
  if (!endpoint.has_value()) return;
  if (!region->empty() && *region != endpoint->region) {
    faults->push_back(
        {"options.region",
         absl::StrCat("must be ", endpoint->region, ", as base_url says")});
  }
  *region = std::move(endpoint->region);
}

// With what the redactor must know beside the keys.
config::v1::ProviderConfig WithSecrets(config::v1::ProviderConfig config) {
  for (const char* name : {"secret_access_key", "session_token",
                           "container_authorization_token"}) {
    const auto found = config.options().fields().find(name);
    if (found != config.options().fields().end() &&
        !found->second.string_value().empty()) {
      config.add_api_keys(found->second.string_value());
    }
  }
  return config;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Provider>> BedrockCodec::Create(
    const config::v1::ProviderConfig& config) {
  std::vector<FieldViolation> faults;
  AwsSettings settings = ReadAwsSettings(config.options(), &faults);
  const bool has_key = !config.api_key().empty() || !config.api_keys().empty();

  absl::StatusOr<std::string> base_url = std::string();
  if (!config.base_url().empty()) {
    base_url = CompleteBaseUrl(config.base_url(), "");
    if (!base_url.ok()) {
      faults.push_back({"base_url", std::string(base_url.status().message())});
    } else {
      TakeRegionOf(*base_url, &settings.region, &faults);
    }
  }
  if (settings.region.empty()) settings.region = settings.default_region;
  if (config.base_url().empty() && !settings.region.empty()) {
    base_url = UsualBaseUrl(settings.region);
  }
  if (settings.region.empty() && base_url.ok() &&
      (!has_key || base_url->empty())) {
    faults.push_back({"options.region", std::string(kNoRegion)});
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

  std::unique_ptr<CredentialSource> source;
  if (!has_key) {
    static const auto* const files = new SystemSecrets();
    source = std::make_unique<AwsSigner>(settings.region, std::string(kService),
                                         NewAwsChain(settings, files));
  }
  Place place{.base_url = *base_url, .control_url = ControlUrl(*base_url)};
  return absl::WrapUnique<Provider>(new BedrockCodec(
      std::move(place), *on_unsupported, std::move(source), config));
}

BedrockCodec::BedrockCodec(Place place, OnUnsupported on_unsupported,
                           std::unique_ptr<CredentialSource> credential_source,
                           const config::v1::ProviderConfig& config)
    : base_url_(std::move(place.base_url)),
      control_url_(std::move(place.control_url)),
      on_unsupported_(on_unsupported),
      credential_source_(std::move(credential_source)),
      http2_(!config.has_http2() || config.http2()),
      headers_(config.headers().begin(), config.headers().end()),
      redactor_(Redactor(WithSecrets(config)).With(credential_source_.get())) {
  std::sort(headers_.begin(), headers_.end());
}

HttpRequest BedrockCodec::NewRequest(absl::string_view method, std::string url,
                                     absl::string_view credential,
                                     absl::string_view accept) const {
  HttpRequest request;
  request.method = std::string(method);
  request.url = std::move(url);
  request.http2 = http2_;
  if (!credential.empty()) {
    request.headers.Add("authorization", absl::StrCat("Bearer ", credential));
  }
  request.headers.Add("accept", accept);
  if (method == "POST") request.headers.Add("content-type", kJson);
  for (const auto& [name, value] : headers_) request.headers.Set(name, value);
  return request;
}

absl::StatusOr<HttpRequest> BedrockCodec::BuildRequest(
    const v1::ChatRequest& chat, const CallOptions& options) const {
  AIGW_ASSIGN_OR_RETURN(std::string body,
                        WriteBedrockRequest(chat, options, on_unsupported_));
  HttpRequest request = NewRequest(
      "POST",
      absl::StrCat(base_url_, "/model/", EscapePathStep(options.model),
                   options.stream ? "/converse-stream" : "/converse"),
      options.credential, options.stream ? kEventStream : kJson);
  request.body = std::move(body);
  request.stream = options.stream;
  return request;
}

absl::StatusOr<std::variant<v1::ChatResponse, NextExchange>>
BedrockCodec::ParseResponse(const HttpResponse& response,
                            const v1::ChatRequest& /*chat*/,
                            const CallOptions& options) const {
  AIGW_ASSIGN_OR_RETURN(v1::ChatResponse answer,
                        ReadBedrockResponse(response, options, redactor_));
  return answer;
}

absl::Status BedrockCodec::ParseError(const HttpResponse& response,
                                      absl::Time now) const {
  return BedrockHttpError(response, now, redactor_);
}

std::unique_ptr<StreamDecoder> BedrockCodec::NewStreamDecoder(
    const HttpHeaders& headers, const v1::ChatRequest& /*chat*/,
    const CallOptions& options) const {
  return NewBedrockStreamDecoder(headers, options, redactor_);
}

absl::StatusOr<HttpRequest> BedrockCodec::BuildModelsRequest(
    absl::string_view credential, absl::string_view page_token) const {
  return NewRequest("GET",
                    absl::StrCat(control_url_, BedrockModelsPath(page_token)),
                    credential, kJson);
}

absl::StatusOr<Provider::ModelsPage> BedrockCodec::ParseModels(
    const HttpResponse& response) const {
  return ReadBedrockModels(response, redactor_);
}

Prefill BedrockCodec::prefill(absl::string_view model) const {
  return BedrockModelFor(model, model).profile.prefill;
}

int BedrockCodec::max_inputs(absl::string_view model) const {
  return BedrockMaxInputs(model);
}

absl::StatusOr<HttpRequest> BedrockCodec::BuildRequest(
    const v1::EmbedRequest& embed, const CallOptions& options) const {
  AIGW_ASSIGN_OR_RETURN(std::string body,
                        WriteBedrockEmbedding(embed, options, on_unsupported_));
  HttpRequest request =
      NewRequest("POST",
                 absl::StrCat(base_url_, "/model/",
                              EscapePathStep(options.model), "/invoke"),
                 options.credential, kJson);
  request.body = std::move(body);
  return request;
}

absl::StatusOr<v1::EmbedResponse> BedrockCodec::ParseResponse(
    const HttpResponse& response, const v1::EmbedRequest& embed,
    const CallOptions& options) const {
  return ReadBedrockEmbedding(response, embed, options, redactor_);
}

AIGW_REGISTER_PROVIDER("bedrock", {.create = &BedrockCodec::Create,
                                   .key_variables = {"AWS_BEARER_TOKEN_BEDROCK",
                                                     "BEDROCK_API_KEY"},
                                   .only_when_named = true,
                                   .order = 6,
                                   .needs_key = false,
                                   .option_variables = AwsOptionVariables()});

}  // namespace aigateway

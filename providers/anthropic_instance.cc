#include "providers/anthropic_instance.h"

#include <algorithm>
#include <map>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/struct.pb.h"

#include "gateway/base/errors.h"
#include "providers/base_url.h"

namespace aigateway {
namespace {

using ::google::protobuf::Value;

constexpr absl::string_view kBaseUrl = "https://api.anthropic.com/v1";
constexpr absl::string_view kVersion = "2023-06-01";
constexpr absl::string_view kBetaHeader = "anthropic-beta";
// What Anthropic's own API wants beside a token of OAuth.
constexpr absl::string_view kOauthBeta = "oauth-2025-04-20";
constexpr absl::string_view kOauthPrefix = "sk-ant-oat";

// Reads the settings of an instance and gathers what is wrong with them.
class InstanceReader {
 public:
  explicit InstanceReader(AnthropicInstance* instance) : instance_(*instance) {}

  void ReadBaseUrl(absl::string_view given) {
    absl::StatusOr<std::string> url =
        CompleteBaseUrl(given.empty() ? kBaseUrl : given, "");
    if (!url.ok()) {
      Fault("base_url", url.status().message());
      return;
    }
    // Vendors give it with and without ("https://api.deepseek.com/anthropic").
    if (!absl::EndsWith(UrlPath(*url), "/v1")) absl::StrAppend(&*url, "/v1");
    instance_.base_url = *std::move(url);
  }

  void ReadOnUnsupported(absl::string_view word) {
    const std::optional<OnUnsupported> parsed = ParseOnUnsupported(word);
    if (!parsed.has_value()) {
      Fault("on_unsupported", "must be refuse or drop");
      return;
    }
    instance_.on_unsupported = *parsed;
  }

  void ReadOptions(const google::protobuf::Struct& options) {
    // By name, for the order of a hash map is nobody's.
    std::map<std::string, const Value*> sorted;
    for (const auto& [name, value] : options.fields()) sorted[name] = &value;
    for (const auto& [name, value] : sorted) {
      if (name == "auth") {
        ReadAuth(*value);
      } else {
        Fault(absl::StrCat("options.", name),
              "is no option of type anthropic; it has auth");
      }
    }
  }

  absl::Status status() const {
    if (faults_.empty()) return absl::OkStatus();
    absl::Status status =
        Error(ErrorReason::kInvalidConfig,
              absl::StrCat(faults_[0].field, " ", faults_[0].description));
    SetViolations(status, faults_);
    return status;
  }

 private:
  void ReadAuth(const Value& value) {
    if (value.string_value() == "bearer") {
      instance_.auth = AnthropicInstance::Auth::kBearer;
    } else if (value.string_value() == "x-api-key") {
      instance_.auth = AnthropicInstance::Auth::kApiKey;
    } else {
      Fault("options.auth", "must be x-api-key or bearer");
    }
  }

  void Fault(absl::string_view field, absl::string_view description) {
    faults_.push_back({std::string(field), std::string(description)});
  }

  AnthropicInstance& instance_;
  std::vector<FieldViolation> faults_;
};

void AddBeta(absl::string_view beta, std::vector<std::string>& betas) {
  if (beta.empty() ||
      std::find(betas.begin(), betas.end(), beta) != betas.end()) {
    return;
  }
  betas.emplace_back(beta);
}

}  // namespace

absl::StatusOr<AnthropicInstance> AnthropicInstance::Create(
    const config::v1::ProviderConfig& config) {
  AnthropicInstance instance;
  instance.http2 = !config.has_http2() || config.http2();
  instance.redactor = Redactor(config);
  const std::map<std::string, std::string> headers(config.headers().begin(),
                                                   config.headers().end());
  instance.headers.assign(headers.begin(), headers.end());

  InstanceReader reader(&instance);
  reader.ReadBaseUrl(config.base_url());
  reader.ReadOnUnsupported(config.on_unsupported());
  reader.ReadOptions(config.options());
  if (absl::Status status = reader.status(); !status.ok()) return status;
  return instance;
}

HttpRequest AnthropicInstance::NewRequest(
    absl::string_view method, absl::string_view path,
    absl::string_view credential, std::vector<std::string> betas) const {
  HttpRequest request;
  request.method = std::string(method);
  request.url = absl::StrCat(base_url, path);
  request.http2 = http2;
  request.headers.Add("anthropic-version", kVersion);
  const bool is_oauth = absl::StartsWith(credential, kOauthPrefix);
  const bool is_bearer =
      auth == Auth::kBearer || (auth == Auth::kByForm && is_oauth);
  if (credential.empty()) {
    // A server of one's own may ask for none.
  } else if (is_bearer) {
    request.headers.Add("authorization", absl::StrCat("Bearer ", credential));
    if (is_oauth) AddBeta(kOauthBeta, betas);
  } else {
    request.headers.Add("x-api-key", credential);
  }
  for (const auto& [name, value] : headers) {
    if (absl::EqualsIgnoreCase(name, kBetaHeader)) {
      for (absl::string_view beta : absl::StrSplit(value, ',')) {
        AddBeta(absl::StripAsciiWhitespace(beta), betas);
      }
    } else {
      request.headers.Set(name, value);
    }
  }
  if (!betas.empty()) {
    request.headers.Add(kBetaHeader, absl::StrJoin(betas, ","));
  }
  return request;
}

}  // namespace aigateway

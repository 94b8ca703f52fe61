#include "providers/ollama/ollama_instance.h"

#include <algorithm>
#include <map>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "google/protobuf/struct.pb.h"

#include "gateway/base/errors.h"
#include "providers/base_url.h"

namespace aigateway {
namespace {

constexpr absl::string_view kBaseUrl = "http://localhost:11434";
constexpr absl::string_view kPort = ":11434";

// The URL of a host that is written as Ollama's programs take it.
std::string WithScheme(absl::string_view given) {
  given = absl::StripAsciiWhitespace(given);
  if (absl::StrContains(given, "://")) return std::string(given);
  const size_t slash = given.find('/');
  const absl::string_view host = given.substr(0, slash);
  const absl::string_view path =
      slash == given.npos ? absl::string_view() : given.substr(slash);
  // In brackets, an IPv6 address has colons that are no port's.
  const size_t colon =
      host.find(':', host.find(']') == host.npos ? 0 : host.find(']'));
  return absl::StrCat("http://", absl::StartsWith(host, ":") ? "127.0.0.1" : "",
                      host, colon == host.npos ? kPort : absl::string_view(),
                      path);
}

}  // namespace

absl::StatusOr<OllamaInstance> OllamaInstance::Create(
    const config::v1::ProviderConfig& config) {
  OllamaInstance instance;
  std::vector<FieldViolation> faults;
  absl::StatusOr<std::string> base_url =
      CompleteBaseUrl(config.base_url().empty() ? std::string(kBaseUrl)
                                                : WithScheme(config.base_url()),
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
  std::map<std::string, const google::protobuf::Value*> options;
  for (const auto& [name, value] : config.options().fields()) {
    options[name] = &value;
  }
  for (const auto& [name, value] : options) {
    const std::string field = absl::StrCat("options.", name);
    if (name != "prefill") {
      faults.push_back({field, "is no option of type ollama; it has prefill"});
    } else if (value->kind_case() != google::protobuf::Value::kBoolValue) {
      faults.push_back({field, "must be true or false"});
    } else {
      instance.prefill = value->bool_value() ? Prefill::kYes : Prefill::kNo;
    }
  }
  if (!faults.empty()) {
    absl::Status status =
        Error(ErrorReason::kInvalidConfig,
              absl::StrCat(faults[0].field, " ", faults[0].description));
    SetViolations(status, faults);
    return status;
  }
  absl::string_view place = *base_url;
  if (!absl::ConsumeSuffix(&place, "/v1")) absl::ConsumeSuffix(&place, "/api");
  instance.base_url = std::string(place);
  instance.on_unsupported = *on_unsupported;
  instance.http2 = !config.has_http2() || config.http2();
  instance.headers.assign(config.headers().begin(), config.headers().end());
  std::sort(instance.headers.begin(), instance.headers.end());
  instance.redactor = Redactor(config);
  return instance;
}

HttpRequest OllamaInstance::NewRequest(absl::string_view method,
                                       absl::string_view path,
                                       absl::string_view credential,
                                       absl::string_view accept) const {
  HttpRequest request;
  request.method = std::string(method);
  request.url = absl::StrCat(base_url, path);
  request.http2 = http2;
  // Ollama's cloud wants a key; a server of one's own does not.
  credential = absl::StripAsciiWhitespace(credential);
  if (!credential.empty()) {
    request.headers.Add("authorization", absl::StrCat("Bearer ", credential));
  }
  request.headers.Add("accept", accept);
  if (method == "POST") {
    request.headers.Add("content-type", "application/json");
  }
  for (const auto& [name, value] : headers) request.headers.Set(name, value);
  return request;
}

}  // namespace aigateway

#include "providers/replicate/replicate_instance.h"

#include <algorithm>
#include <set>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"

#include "gateway/base/errors.h"
#include "gateway/net/url_host.h"
#include "providers/base_url.h"

namespace aigateway {
namespace {

constexpr absl::string_view kBaseUrl = "https://api.replicate.com/v1";
// Answers come to within a second, and 50 predictions at once stay within the
// 3000 requests that Replicate takes in a minute.
constexpr absl::Duration kPollWait = absl::Seconds(1);
constexpr size_t kMaxIdBytes = 64;
constexpr size_t kMaxUrlBytes = 2048;
// Where Replicate has its streams.
constexpr absl::string_view kStreamDomains[] = {".replicate.com",
                                                ".replicate.net"};

bool IsId(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxIdBytes &&
         std::all_of(id.begin(), id.end(),
                     [](unsigned char c) { return absl::ascii_isalnum(c); });
}

// Whether `url` is a plain one on a host of Replicate's own.
bool IsAtReplicate(absl::string_view url) {
  if (!absl::ConsumePrefix(&url, "https://")) return false;
  const absl::string_view host = url.substr(0, url.find('/'));
  const bool is_name =
      std::all_of(host.begin(), host.end(), [](unsigned char c) {
        return absl::ascii_isalnum(c) || c == '-' || c == '.';
      });
  if (!is_name) return false;  // A port, a user, a trick.
  for (absl::string_view domain : kStreamDomains) {
    if (absl::EndsWithIgnoreCase(host, domain)) return true;
  }
  return false;
}

bool IsGraphic(absl::string_view url) {
  return std::all_of(url.begin(), url.end(),
                     [](unsigned char c) { return absl::ascii_isgraph(c); });
}

}  // namespace

absl::StatusOr<ReplicateInstance> ReplicateInstance::Create(
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
  std::set<std::string> options;
  for (const auto& [name, value] : config.options().fields()) {
    options.insert(name);
  }
  for (const std::string& name : options) {
    faults.push_back({absl::StrCat("options.", name),
                      "is no option of type replicate, which has none"});
  }
  if (!faults.empty()) {
    absl::Status status =
        Error(ErrorReason::kInvalidConfig,
              absl::StrCat(faults[0].field, " ", faults[0].description));
    SetViolations(status, faults);
    return status;
  }
  ReplicateInstance instance;
  instance.base_url = *std::move(base_url);
  instance.on_unsupported = *on_unsupported;
  instance.http2 = !config.has_http2() || config.http2();
  instance.headers.assign(config.headers().begin(), config.headers().end());
  std::sort(instance.headers.begin(), instance.headers.end());
  instance.redactor = Redactor(config);
  return instance;
}

HttpRequest ReplicateInstance::NewRequest(absl::string_view method,
                                          absl::string_view path,
                                          absl::string_view credential) const {
  HttpRequest request;
  request.method = std::string(method);
  request.url = absl::StrCat(base_url, path);
  request.http2 = http2;
  credential = absl::StripAsciiWhitespace(credential);
  if (!credential.empty()) {
    request.headers.Add("authorization", absl::StrCat("Bearer ", credential));
  }
  request.headers.Add("accept", "application/json");
  if (method == "POST") {
    request.headers.Add("content-type", "application/json");
  }
  for (const auto& [name, value] : headers) request.headers.Set(name, value);
  return request;
}

std::optional<NextExchange> ReplicateInstance::Poll(
    absl::string_view id, absl::string_view credential) const {
  if (!IsId(id)) return std::nullopt;
  const std::string path = absl::StrCat("/predictions/", id);
  return NextExchange{
      .request = NewRequest("GET", path, credential),
      .wait = kPollWait,
      .abandon = NewRequest("POST", absl::StrCat(path, "/cancel"), credential)};
}

std::optional<NextExchange> ReplicateInstance::Stream(
    absl::string_view id, absl::string_view url,
    absl::string_view credential) const {
  std::optional<NextExchange> next = Poll(id, credential);
  if (!next.has_value() || url.size() > kMaxUrlBytes || !IsGraphic(url)) {
    return std::nullopt;
  }
  const bool is_own = absl::StartsWith(url, UrlOrigin(base_url)) &&
                      UrlOrigin(url) == UrlOrigin(base_url);
  if (!is_own) {
    if (!IsAtReplicate(url)) return std::nullopt;
    next->request.headers.clear();
  }
  next->request.url = std::string(url);
  next->request.headers.Set("accept", "text/event-stream");
  next->request.headers.Set("cache-control", "no-store");
  next->request.stream = true;
  next->wait = absl::ZeroDuration();
  return next;
}

}  // namespace aigateway

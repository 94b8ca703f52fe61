#include "providers/upstream_error.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/utf8.h"
#include "gateway/net/url_host.h"

namespace aigateway {
namespace {

// Of a name that a provider gives to a fault.
constexpr size_t kMaxNameBytes = 128;
// What is cleaned before it is cut: a credential must not be cut in two first.
constexpr size_t kMaxCleanedBytes = size_t{16} * 1024;

std::string Shown(absl::string_view text, size_t max_bytes,
                  const Redactor& redactor, absl::string_view credential) {
  const std::string clean = redactor.Clean(
      absl::StripAsciiWhitespace(text).substr(0, kMaxCleanedBytes), credential);
  return Truncate(clean, max_bytes);
}

std::string StatusWords(int http_status) {
  return http_status == 0 ? "an error event"
                          : absl::StrCat("HTTP status ", http_status);
}

}  // namespace

ErrorReason ReasonForHttpStatus(int status) {
  switch (status) {
    case 401:
    case 403:
      return ErrorReason::kProviderAuthFailed;
    case 402:
      return ErrorReason::kProviderQuotaExhausted;
    case 404:
    case 410:
      return ErrorReason::kModelNotFound;
    case 408:  // Request timeout.
    case 409:  // Conflict: a lock that was not got; official SDKs retry it.
    case 424:  // A dependency of theirs failed.
    case 425:  // Too early.
    case 498:  // Groq: capacity exceeded.
    case 499:  // Their own client went away.
      return ErrorReason::kProviderUnavailable;
    case 429:
      return ErrorReason::kProviderRateLimited;
  }
  if (status >= 500) return ErrorReason::kProviderUnavailable;
  if (status >= 400) return ErrorReason::kInvalidRequest;
  return ErrorReason::kProviderProtocolError;  // A redirect, or none at all.
}

std::string RedirectWords(int status, const HttpHeaders* headers) {
  if (status < 300 || status >= 400) return "";
  // Followed, it would take the credential along.
  const std::string host =
      headers == nullptr ? "" : UrlHost(headers->Get("location"));
  return absl::StrCat("the provider answered with a redirect (HTTP status ",
                      status, ")", host.empty() ? "" : " to ", host,
                      "; redirects are not followed, correct base_url");
}

absl::Status UpstreamError(const UpstreamFailure& failure,
                           const Redactor& redactor,
                           absl::string_view credential) {
  std::string message =
      Shown(failure.words, kMaxProviderWords, redactor, credential);
  if (message.empty()) {
    message =
        absl::StrCat("the provider answered with ",
                     StatusWords(failure.http_status), " and did not say why");
  }
  absl::Status status = Error(failure.reason, message);
  if (failure.http_status != 0) {
    SetErrorMetadata(status, "http_status", absl::StrCat(failure.http_status));
  }
  const auto set_name = [&](absl::string_view key, absl::string_view value) {
    if (value.empty()) return;
    SetErrorMetadata(status, key,
                     Shown(value, kMaxNameBytes, redactor, credential));
  };
  set_name("provider_error_type", failure.type);
  set_name("provider_error_code", failure.code);
  set_name("provider_error_param", failure.param);
  const absl::StatusCode code = CodeOf(failure.reason);
  if (failure.wait.has_value() &&
      (code == absl::StatusCode::kResourceExhausted ||
       code == absl::StatusCode::kUnavailable)) {
    SetRetryAfter(status, *failure.wait);
  }
  return status;
}

absl::Status UnreadableAnswer(absl::string_view what, int http_status,
                              absl::string_view page, const Redactor& redactor,
                              absl::string_view credential) {
  std::string message =
      absl::StrCat("the provider's reply could not be read: ", what);
  const std::string shown = Shown(page, kMaxPageBytes, redactor, credential);
  if (!shown.empty()) absl::StrAppend(&message, "; it begins: ", shown);
  absl::Status status = Error(ErrorReason::kProviderProtocolError, message);
  if (http_status != 0) {
    SetErrorMetadata(status, "http_status", absl::StrCat(http_status));
  }
  return status;
}

}  // namespace aigateway

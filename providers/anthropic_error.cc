#include "providers/anthropic_error.h"

#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

#include "gateway/base/utf8.h"
#include "providers/retry_after.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

constexpr size_t kMaxRequestId = 128;

// The types of section 3 of providers.md with the status of each.
struct TypeStatus {
  absl::string_view type;
  int status;
};
constexpr TypeStatus kTypes[] = {
    {"invalid_request_error", 400},
    {"authentication_error", 401},
    {"billing_error", 402},
    {"permission_error", 403},
    {"not_found_error", 404},
    {"conflict_error", 409},
    {"request_too_large", 413},
    {"rate_limit_error", 429},
    {"api_error", 500},
    {"timeout_error", 504},
    {"overloaded_error", 529},
};

std::optional<int> StatusOfType(absl::string_view type) {
  for (const TypeStatus& known : kTypes) {
    if (known.type == type) return known.status;
  }
  return std::nullopt;
}

bool HasOneOf(absl::string_view words,
              absl::Span<const absl::string_view> phrases) {
  for (absl::string_view phrase : phrases) {
    if (absl::StrContains(words, phrase)) return true;
  }
  return false;
}

// What the words say, which are in lower case.

// The prompt, or it and the answer asked for, do not fit.
bool SaysTooLong(absl::string_view words) {
  return HasOneOf(words, {"prompt is too long", "exceed context limit",
                          "exceeds the context", "context window",
                          "maximum context length", "input is too long"});
}

// Money or a limit that the organisation set itself: waiting does not help.
bool SaysMoney(absl::string_view words) {
  return HasOneOf(
      words, {"credit balance", "spend limit", "spending limit", "spending cap",
              "spend cap", "api usage limit", "purchase credits"});
}

// The organisation or its key was switched off.
bool SaysDisabled(absl::string_view words) {
  return HasOneOf(words, {"organization has been disabled",
                          "key has been disabled", "token has been revoked"});
}

bool SaysFiltered(absl::string_view words) {
  return HasOneOf(
      words, {"content filtering policy", "usage policy", "content policy"});
}

bool IsMoney(absl::string_view words, absl::string_view type) {
  return SaysMoney(words) || type == "billing_error" ||
         type == "insufficient_quota";
}

}  // namespace

ErrorReason AnthropicErrorReason(int http_status, const ErrorBody& error) {
  // 0: an error within an answer, of no type that we know. Its words may tell
  // as those of a 400 do.
  int status = http_status;
  if (status < 300) {
    status = StatusOfType(error.type)
                 .value_or(error.status >= 400 ? error.status : 0);
  }
  const std::string words = absl::AsciiStrToLower(error.message);
  switch (status) {
    case 0:
    case 400:
    case 413:
    case 422:
      if (SaysTooLong(words)) return ErrorReason::kContextLengthExceeded;
      if (IsMoney(words, error.type)) {
        return ErrorReason::kProviderQuotaExhausted;
      }
      if (SaysDisabled(words) || error.type == "authentication_error") {
        return ErrorReason::kProviderAuthFailed;
      }
      if (SaysFiltered(words)) return ErrorReason::kContentFiltered;
      if (error.type == "not_found_error") return ErrorReason::kModelNotFound;
      if (status == 0) return ErrorReason::kProviderUnavailable;
      // 32 MB are Anthropic's own limit; another target may have more room.
      return status == 413 ? ErrorReason::kContextLengthExceeded
                           : ErrorReason::kInvalidRequest;
    case 403:
    case 429:
      if (IsMoney(words, error.type)) {
        return ErrorReason::kProviderQuotaExhausted;
      }
      return ReasonForHttpStatus(status);
    default:
      return ReasonForHttpStatus(status);
  }
}

absl::Status AnthropicHttpError(const HttpResponse& response, absl::Time now,
                                const Redactor& redactor) {
  const ErrorBody error = ReadErrorBody(response.body).value_or(ErrorBody());
  UpstreamFailure failure;
  failure.reason = AnthropicErrorReason(response.status, error);
  failure.http_status = response.status;
  failure.words = error.message;
  failure.type = error.type;
  failure.code = error.code;
  failure.param = error.param;
  failure.wait = StatedWait(response.status, response.headers, now);
  const std::string redirect =
      RedirectWords(response.status, &response.headers);
  if (!redirect.empty()) failure.words = redirect;
  absl::Status status = UpstreamError(failure, redactor);
  const absl::string_view request_id = response.headers.Get("request-id");
  if (!request_id.empty()) {
    SetErrorMetadata(status, "provider_request_id",
                     Truncate(redactor.Clean(request_id), kMaxRequestId));
  }
  return status;
}

absl::Status AnthropicInnerError(const ErrorBody& error,
                                 const Redactor& redactor,
                                 absl::string_view credential) {
  UpstreamFailure failure;
  failure.reason = AnthropicErrorReason(0, error);
  failure.words = error.message;
  failure.type = error.type;
  failure.code = error.code;
  failure.param = error.param;
  return UpstreamError(failure, redactor, credential);
}

}  // namespace aigateway

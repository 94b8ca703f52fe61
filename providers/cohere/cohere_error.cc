#include "providers/cohere/cohere_error.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/utf8.h"
#include "providers/retry_after.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

constexpr size_t kMaxRequestId = 128;

bool HasOneOf(absl::string_view words,
              absl::Span<const absl::string_view> phrases) {
  for (absl::string_view phrase : phrases) {
    if (absl::StrContains(words, phrase)) return true;
  }
  return false;
}

// What the words say, which are in lower case.

bool SaysTooLong(absl::string_view words) {
  return HasOneOf(words, {"too many tokens", "context length"});
}

bool SaysNoModel(absl::string_view words) {
  return absl::StrContains(words, "model") &&
         HasOneOf(words, {"not found", "does not exist", "was removed"});
}

bool SaysBadKey(absl::string_view words) {
  return HasOneOf(words, {"invalid api token", "api key"});
}

// A trial key's calls of the month, or money: waiting does not help.
bool SaysUsedUp(absl::string_view words) {
  return HasOneOf(words, {"/ month", "/month", "per month", "monthly",
                          "billing", "payment", "spend limit"});
}

// Its 498: a word of the request or the answer is on a list of Cohere's.
bool SaysBlocked(absl::string_view words) {
  return HasOneOf(words, {"deny", "blocked"});
}

// The id by which Cohere finds the request.
std::string RequestId(absl::string_view body) {
  std::string id;
  JsonReader reader;
  const absl::Status status = reader.Read(body, [&](JsonValue& root) {
    return root.ForEachField([&](absl::string_view key, JsonValue& value) {
      if (key == "id") id = std::string(value.AsString().value_or(""));
      return absl::OkStatus();
    });
  });
  return status.ok() ? Truncate(id, kMaxRequestId) : "";
}

}  // namespace

ErrorReason CohereErrorReason(int http_status, const ErrorBody& error) {
  const bool is_inner = http_status < 300;
  // 0: an error within an answer that names none.
  int status = http_status;
  if (is_inner) status = error.status >= 400 ? error.status : 0;
  const std::string words = absl::AsciiStrToLower(error.message);
  if (error.type == "TOO_MANY_TOKENS" ||
      ((is_inner || status < 500) && SaysTooLong(words))) {
    return ErrorReason::kContextLengthExceeded;
  }
  switch (status) {
    case 0:
    case 400:
    case 422:
      if (SaysNoModel(words)) return ErrorReason::kModelNotFound;
      if (SaysBadKey(words)) return ErrorReason::kProviderAuthFailed;
      return status == 0 ? ErrorReason::kProviderUnavailable
                         : ErrorReason::kInvalidRequest;
    case 413:
      return ErrorReason::kContextLengthExceeded;
    case 403:
    case 429:
      if (SaysUsedUp(words)) return ErrorReason::kProviderQuotaExhausted;
      break;
    case 498:
      if (SaysBlocked(words)) return ErrorReason::kContentFiltered;
      break;
  }
  return ReasonForHttpStatus(status);
}

absl::Status CohereHttpError(const HttpResponse& response, absl::Time now,
                             const Redactor& redactor) {
  const ErrorBody error = ReadErrorBody(response.body).value_or(ErrorBody());
  UpstreamFailure failure;
  failure.reason = CohereErrorReason(response.status, error);
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
  const std::string id = RequestId(response.body);
  if (!id.empty()) {
    SetErrorMetadata(status, "provider_request_id", redactor.Clean(id));
  }
  return status;
}

absl::Status CohereInnerError(const ErrorBody& error, const Redactor& redactor,
                              absl::string_view credential) {
  UpstreamFailure failure;
  failure.reason = CohereErrorReason(0, error);
  failure.words = error.message;
  failure.type = error.type;
  failure.code = error.code;
  failure.param = error.param;
  return UpstreamError(failure, redactor, credential);
}

}  // namespace aigateway

#include "providers/gemini_error.h"

#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/utf8.h"
#include "providers/error_body.h"
#include "providers/retry_after.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

constexpr size_t kMaxNameBytes = 128;

// What the details of a google.rpc.Status tell apart.
struct Details {
  std::string reason;       // ErrorInfo: "API_KEY_INVALID".
  std::string retry_delay;  // RetryInfo: "34.07s".
  std::string field;        // BadRequest: the first field at fault.
  bool per_day = false;     // QuotaFailure: a quota of the day is used up.
  bool no_quota = false;    // QuotaFailure: there is none at all.
};

// The HTTP status of a google.rpc.Code (google/rpc/code.proto).
struct CodeName {
  absl::string_view name;
  int http_status;
};
constexpr CodeName kCodeNames[] = {
    {"INVALID_ARGUMENT", 400},
    {"FAILED_PRECONDITION", 400},
    {"OUT_OF_RANGE", 400},
    {"UNAUTHENTICATED", 401},
    {"PERMISSION_DENIED", 403},
    {"NOT_FOUND", 404},
    {"ABORTED", 409},
    {"ALREADY_EXISTS", 409},
    {"RESOURCE_EXHAUSTED", 429},
    {"CANCELLED", 499},
    {"UNKNOWN", 500},
    {"INTERNAL", 500},
    {"DATA_LOSS", 500},
    {"UNIMPLEMENTED", 501},
    {"UNAVAILABLE", 503},
    {"DEADLINE_EXCEEDED", 504},
};

int StatusOfName(absl::string_view name) {
  for (const CodeName& row : kCodeNames) {
    if (row.name == name) return row.http_status;
  }
  return 0;
}

std::string TextOf(JsonValue& value) {
  return std::string(value.AsString().value_or(""));
}

void TakeViolation(JsonValue& violation, Details* details) {
  violation
      .ForEachField([details](absl::string_view key, JsonValue& field) {
        if (key == "quotaId") {
          details->per_day |= absl::StrContains(TextOf(field), "PerDay");
        } else if (key == "quotaValue") {
          details->no_quota |= TextOf(field) == "0";
        } else if (key == "field" && details->field.empty()) {
          details->field = TextOf(field);
        }
        return absl::OkStatus();
      })
      .IgnoreError();
}

void TakeDetail(JsonValue& detail, Details* details) {
  detail
      .ForEachField([details](absl::string_view key, JsonValue& field) {
        if (key == "reason") {
          details->reason = TextOf(field);
        } else if (key == "retryDelay") {
          details->retry_delay = TextOf(field);
        } else if (key == "violations" || key == "fieldViolations") {
          return field.ForEachItem([details](JsonValue& violation) {
            TakeViolation(violation, details);
            return absl::OkStatus();
          });
        }
        return absl::OkStatus();
      })
      .IgnoreError();
}

// Of {"error":{"details":[...]}}.
absl::Status TakeRoot(JsonValue& root, Details* details) {
  return root.ForEachField([details](absl::string_view key, JsonValue& error) {
    if (key != "error") return absl::OkStatus();
    return error.ForEachField(
        [details](absl::string_view name, JsonValue& list) {
          if (name != "details") return absl::OkStatus();
          return list.ForEachItem([details](JsonValue& detail) {
            TakeDetail(detail, details);
            return absl::OkStatus();
          });
        });
  });
}

Details ReadDetails(absl::string_view body) {
  Details details;
  JsonReader reader;
  const absl::Status status = reader.Read(body, [&](JsonValue& root) {
    if (root.kind() != JsonValue::Kind::kArray) {
      return TakeRoot(root, &details);
    }
    return root.ForEachItem(
        [&](JsonValue& item) { return TakeRoot(item, &details); });
  });
  return status.ok() ? details : Details();
}

bool HasAny(absl::string_view text, absl::Span<const absl::string_view> parts) {
  for (absl::string_view part : parts) {
    if (absl::StrContains(text, part)) return true;
  }
  return false;
}

// All in lower case.
bool SaysTooLong(absl::string_view words) {
  return HasAny(words, {"exceeds the maximum number of tokens",
                        "exceeds the maximum number of input tokens",
                        "input token count exceeds", "context length",
                        "context window", "context is too long",
                        "prompt is too long", "input is too long"});
}
bool SaysPolicy(absl::string_view words) {
  return HasAny(words,
                {"responsible ai", "content policy", "usage polic",
                 "prohibited content", "blocked due to safety",
                 "blocked for safety", "blocked by safety", "safety filter"});
}
bool SaysKey(absl::string_view words) {
  return HasAny(words, {"api key not valid", "api key expired",
                        "api key not found", "valid api key"});
}
// The account cannot use the API from here, or not without paying.
bool SaysAccount(absl::string_view words) {
  return HasAny(words, {"location is not supported", "free tier",
                        "your country", "enable billing"});
}
// A file or cached content that the caller named, not the model.
bool SaysResource(absl::string_view words) {
  return HasAny(words, {"access the file", "cachedcontent", "cached content",
                        "files/", "file "});
}

bool IsKeyReason(absl::string_view reason) {
  return absl::StartsWith(reason, "API_KEY_") ||
         absl::StartsWith(reason, "ACCESS_TOKEN_") ||
         absl::StartsWith(reason, "CONSUMER_") || reason == "SERVICE_DISABLED";
}

ErrorReason Classify(int status, absl::string_view words,
                     absl::string_view name, const Details& details) {
  // A prompt beyond every window is a 400, sometimes a 429.
  if (SaysTooLong(words)) return ErrorReason::kContextLengthExceeded;
  // An error within an answer may name no status.
  if ((status == 400 || status == 403 || status == 0) && SaysPolicy(words)) {
    return ErrorReason::kContentFiltered;
  }
  if (details.reason == "BILLING_DISABLED") {
    return ErrorReason::kProviderQuotaExhausted;
  }
  if (IsKeyReason(details.reason)) return ErrorReason::kProviderAuthFailed;
  switch (status) {
    case 400:
      if (SaysKey(words) ||
          (name == "FAILED_PRECONDITION" && SaysAccount(words))) {
        return ErrorReason::kProviderAuthFailed;
      }
      return ErrorReason::kInvalidRequest;
    case 403:
      // A caller who names a file that is not theirs must not cost us the key.
      if (SaysResource(words)) return ErrorReason::kInvalidRequest;
      return ErrorReason::kProviderAuthFailed;
    case 404:
      if (!absl::StrContains(words, "model") && SaysResource(words)) {
        return ErrorReason::kInvalidRequest;
      }
      return ErrorReason::kModelNotFound;
    case 429:
      if (details.per_day || details.no_quota ||
          HasAny(words, {"spending cap", "spend limit", "prepaid"})) {
        return ErrorReason::kProviderQuotaExhausted;
      }
      return ErrorReason::kProviderRateLimited;
    case 0:
      return SaysKey(words) ? ErrorReason::kProviderAuthFailed
                            : ErrorReason::kProviderUnavailable;
  }
  return ReasonForHttpStatus(status);
}

// What a body that is not JSON has to say: nothing, if it is a page.
absl::string_view PlainWords(absl::string_view body) {
  body = absl::StripAsciiWhitespace(body);
  return absl::StartsWith(body, "<") ? "" : body;
}

}  // namespace

absl::Status GeminiError(const GeminiFailure& failure, const Redactor& redactor,
                         absl::string_view credential) {
  if (const std::string words =
          RedirectWords(failure.http_status, failure.headers);
      !words.empty()) {
    return UpstreamError({.reason = ErrorReason::kProviderProtocolError,
                          .http_status = failure.http_status,
                          .words = words},
                         redactor, credential);
  }
  const std::optional<ErrorBody> body = ReadErrorBody(failure.body);
  const ErrorBody said = body.value_or(ErrorBody());
  const Details details = ReadDetails(failure.body);

  int status = failure.http_status;
  if (status == 0) status = said.status;
  if (status == 0) status = StatusOfName(said.type);

  UpstreamFailure upstream;
  upstream.http_status = failure.http_status;
  upstream.words = body.has_value() ? absl::string_view(said.message)
                                    : PlainWords(failure.body);
  upstream.type = said.type;
  upstream.code = said.code;
  upstream.param = said.param.empty() ? details.field : said.param;
  upstream.reason = Classify(status, absl::AsciiStrToLower(upstream.words),
                             said.type, details);
  const HttpHeaders none;
  upstream.wait =
      StatedWait(status, failure.headers == nullptr ? none : *failure.headers,
                 failure.now, ParseWait(details.retry_delay, failure.now));
  absl::Status error = UpstreamError(upstream, redactor, credential);
  if (!details.reason.empty()) {
    SetErrorMetadata(
        error, "provider_error_reason",
        Truncate(redactor.Clean(details.reason, credential), kMaxNameBytes));
  }
  return error;
}

}  // namespace aigateway

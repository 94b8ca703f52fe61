#include "providers/bedrock/bedrock_error.h"

#include <algorithm>
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

// What the words say, which are in lower case. Models behind Bedrock have their
// own.

bool SaysTooLong(absl::string_view words) {
  return HasOneOf(words, {"input is too long", "input tokens exceeded",
                          "prompt is too long", "context length",
                          "context window", "maximum number of input tokens",
                          "exceeds the maximum number of tokens"});
}

// A limit of the day, which waiting for seconds does not heal.
bool SaysUsedUp(absl::string_view words) {
  return HasOneOf(words, {"per day", "daily"});
}

struct TypeReason {
  absl::string_view type;  // In lower case, without "exception" at the end.
  ErrorReason reason;
};

// The exceptions of the API and those of AWS's front, whatever their status.
constexpr TypeReason kTypes[] = {
    {"throttling", ErrorReason::kProviderRateLimited},
    {"toomanyrequests", ErrorReason::kProviderRateLimited},
    {"servicequotaexceeded", ErrorReason::kProviderQuotaExhausted},
    {"modelnotready", ErrorReason::kProviderUnavailable},
    {"modeltimeout", ErrorReason::kProviderUnavailable},
    {"modelerror", ErrorReason::kProviderUnavailable},
    {"modelstreamerror", ErrorReason::kProviderUnavailable},
    {"internalserver", ErrorReason::kProviderUnavailable},
    {"internalfailure", ErrorReason::kProviderUnavailable},
    {"serviceunavailable", ErrorReason::kProviderUnavailable},
    {"resourcenotfound", ErrorReason::kModelNotFound},
    {"accessdenied", ErrorReason::kProviderAuthFailed},
    {"unrecognizedclient", ErrorReason::kProviderAuthFailed},
    {"expiredtoken", ErrorReason::kProviderAuthFailed},
    {"invalidsignature", ErrorReason::kProviderAuthFailed},
    {"signaturedoesnotmatch", ErrorReason::kProviderAuthFailed},
    {"incompletesignature", ErrorReason::kProviderAuthFailed},
    {"missingauthenticationtoken", ErrorReason::kProviderAuthFailed},
    {"invalidclienttokenid", ErrorReason::kProviderAuthFailed},
    {"requestexpired", ErrorReason::kProviderAuthFailed},
    {"optinrequired", ErrorReason::kProviderAuthFailed},
};

// "ValidationException:http://internal.amazon.com/..." or, in a body,
// "com.amazon.coral.validate#ValidationException": the name alone.
absl::string_view PlainType(absl::string_view type) {
  type = type.substr(0, type.find(':'));
  const size_t hash = type.rfind('#');
  return hash == absl::string_view::npos ? type : type.substr(hash + 1);
}

// `words` without the request that AWS quotes when a signature does not fit: in
// it are the headers, with the token of credentials that do not last.
std::string WithoutEcho(absl::string_view words) {
  constexpr absl::string_view kToken = "x-amz-security-token:";
  constexpr absl::string_view kSpaces = " \t\r\n";
  const std::string lowered = absl::AsciiStrToLower(words);
  const absl::string_view low_words = lowered;
  words = words.substr(0, low_words.find("the canonical string"));
  words = absl::StripTrailingAsciiWhitespace(words);
  std::string shown;
  size_t at = 0;
  for (size_t found = low_words.find(kToken); found < words.size();
       found = low_words.find(kToken, at)) {
    const size_t begin = std::min(
        words.find_first_not_of(" \t", found + kToken.size()), words.size());
    const size_t end =
        std::min(words.find_first_of(kSpaces, begin), words.size());
    absl::StrAppend(&shown, words.substr(at, begin - at),
                    end > begin ? "[redacted]" : "");
    at = end;
  }
  absl::StrAppend(&shown, words.substr(at));
  return shown;
}

// What an error body says.
struct Body {
  std::string message;
  std::string type;
};

Body ReadBody(absl::string_view json) {
  Body body;
  JsonReader reader;
  const absl::Status status = reader.Read(json, [&](JsonValue& root) {
    return root.ForEachField([&](absl::string_view key, JsonValue& value) {
      const absl::string_view text = value.AsString().value_or("");
      if (text.empty()) return absl::OkStatus();
      if (key == "message" || key == "Message") {
        body.message = std::string(text);
      } else if (key == "originalMessage") {
        // What the model's own server said; the message is but a frame.
        absl::StrAppend(&body.message, body.message.empty() ? "" : ": ", text);
      } else if (key == "__type" || key == "code") {
        body.type = std::string(text);
      }
      return absl::OkStatus();
    });
  });
  if (!status.ok()) return Body();
  body.message = WithoutEcho(body.message);
  return body;
}

}  // namespace

ErrorReason BedrockErrorReason(int http_status, absl::string_view type,
                               absl::string_view words) {
  const std::string low_words = absl::AsciiStrToLower(words);
  std::string low_type = absl::AsciiStrToLower(PlainType(type));
  for (absl::string_view end : {"exception", "error"}) {
    if (low_type.size() > end.size() && absl::EndsWith(low_type, end) &&
        low_type != "modelerror" && low_type != "modelstreamerror") {
      low_type.resize(low_type.size() - end.size());
    }
  }
  const bool is_validation = low_type == "validation" || low_type.empty();
  if (is_validation && http_status < 500 && SaysTooLong(low_words)) {
    return ErrorReason::kContextLengthExceeded;
  }
  if (low_type == "validation" && http_status < 500) {
    return ErrorReason::kInvalidRequest;
  }
  for (const TypeReason& known : kTypes) {
    if (known.type != low_type) continue;
    const bool is_used_up = known.reason == ErrorReason::kProviderRateLimited &&
                            SaysUsedUp(low_words);
    return is_used_up ? ErrorReason::kProviderQuotaExhausted : known.reason;
  }
  if (http_status == 0) return ErrorReason::kProviderUnavailable;
  if (http_status == 413) return ErrorReason::kContextLengthExceeded;
  if (http_status == 429 && SaysUsedUp(low_words)) {
    return ErrorReason::kProviderQuotaExhausted;
  }
  return ReasonForHttpStatus(http_status);
}

absl::Status BedrockHttpError(const HttpResponse& response, absl::Time now,
                              const Redactor& redactor) {
  const Body body = ReadBody(response.body);
  const absl::string_view header = response.headers.Get("x-amzn-errortype");
  const std::string type(PlainType(header.empty() ? body.type : header));
  UpstreamFailure failure;
  failure.reason = BedrockErrorReason(response.status, type, body.message);
  failure.http_status = response.status;
  failure.words = body.message;
  failure.type = type;
  failure.wait = StatedWait(response.status, response.headers, now);
  const std::string redirect =
      RedirectWords(response.status, &response.headers);
  if (!redirect.empty()) failure.words = redirect;
  absl::Status status = UpstreamError(failure, redactor);
  const absl::string_view id = response.headers.Get("x-amzn-requestid");
  if (!id.empty()) {
    SetErrorMetadata(status, "provider_request_id",
                     Truncate(redactor.Clean(id), kMaxRequestId));
  }
  return status;
}

absl::Status BedrockStreamError(absl::string_view type,
                                absl::string_view payload,
                                const Redactor& redactor,
                                absl::string_view credential) {
  const Body body = ReadBody(payload);
  const std::string words =
      body.message.empty() && !absl::StartsWith(payload, "{")
          ? WithoutEcho(payload)
          : body.message;
  UpstreamFailure failure;
  failure.reason = BedrockErrorReason(0, type, words);
  failure.words = words;
  failure.type = PlainType(type);
  return UpstreamError(failure, redactor, credential);
}

}  // namespace aigateway

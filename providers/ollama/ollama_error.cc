#include "providers/ollama/ollama_error.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/types/span.h"

#include "providers/retry_after.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

bool HasOneOf(absl::string_view words,
              absl::Span<const absl::string_view> phrases) {
  for (absl::string_view phrase : phrases) {
    if (absl::StrContains(words, phrase)) return true;
  }
  return false;
}

// What the words say, which are in lower case.

bool SaysTooLong(absl::string_view words) {
  return HasOneOf(words, {"context length", "context size", "context window",
                          "prompt too long"});
}

bool SaysNoModel(absl::string_view words) {
  return absl::StrContains(words, "model") &&
         HasOneOf(words, {"not found", "try pulling"});
}

// A model that cannot call tools, think or look at pictures.
bool SaysUnsupported(absl::string_view words) {
  return HasOneOf(words, {"does not support", "not supported for this model"});
}

// The models of Ollama's cloud that this server or account may not use.
bool SaysNotOpen(absl::string_view words) {
  return HasOneOf(words, {"disabled", "subscription"});
}

// What an account has for a week; what it has for an hour comes back soon.
bool SaysUsedUp(absl::string_view words) {
  return HasOneOf(words, {"weekly", "monthly"});
}

}  // namespace

ErrorReason OllamaErrorReason(int http_status, const ErrorBody& error) {
  const std::string words = absl::AsciiStrToLower(error.message);
  // The runner behind the server refuses with 500 what is too long for it.
  if (SaysTooLong(words)) return ErrorReason::kContextLengthExceeded;
  switch (http_status) {
    case 0:
    case 400:
      if (SaysNoModel(words)) return ErrorReason::kModelNotFound;
      if (SaysUnsupported(words)) return ErrorReason::kUnsupportedParameter;
      return http_status == 0 ? ErrorReason::kProviderUnavailable
                              : ErrorReason::kInvalidRequest;
    case 403:
      if (SaysNotOpen(words)) return ErrorReason::kModelNotFound;
      break;
    case 429:
      if (SaysUsedUp(words)) return ErrorReason::kProviderQuotaExhausted;
      break;
  }
  return ReasonForHttpStatus(http_status);
}

absl::Status OllamaHttpError(const HttpResponse& response, absl::Time now,
                             const Redactor& redactor) {
  const ErrorBody error = ReadErrorBody(response.body).value_or(ErrorBody());
  UpstreamFailure failure;
  failure.reason = OllamaErrorReason(response.status, error);
  failure.http_status = response.status;
  failure.words = error.message;
  failure.type = error.type;
  failure.code = error.code;
  failure.param = error.param;
  failure.wait = StatedWait(response.status, response.headers, now);
  const std::string redirect =
      RedirectWords(response.status, &response.headers);
  if (!redirect.empty()) failure.words = redirect;
  return UpstreamError(failure, redactor);
}

absl::Status OllamaInnerError(const ErrorBody& error, const Redactor& redactor,
                              absl::string_view credential) {
  UpstreamFailure failure;
  failure.reason = OllamaErrorReason(0, error);
  failure.words = error.message;
  failure.type = error.type;
  failure.code = error.code;
  failure.param = error.param;
  return UpstreamError(failure, redactor, credential);
}

}  // namespace aigateway

#include "providers/replicate/replicate_error.h"

#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
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
  return HasOneOf(words, {"context length", "context window", "too long",
                          "maximum input length"});
}

bool SaysNoModel(absl::string_view words) {
  return absl::StrContains(words, "does not exist") ||
         absl::StrContains(words, "invalid version");
}

bool SaysBlocked(absl::string_view words) {
  return HasOneOf(words, {"(e005)", "flagged as sensitive", "nsfw"});
}

ErrorReason ReasonOfStatus(int status, absl::string_view words) {
  switch (status) {
    case 400:
    case 422:
      if (SaysTooLong(words)) return ErrorReason::kContextLengthExceeded;
      if (SaysNoModel(words)) return ErrorReason::kModelNotFound;
      break;
  }
  return ReasonForHttpStatus(status);
}

// "Error code: 400 - {...}": what another provider answered, to whom the model
// hands on what it is asked; 0 if that is not said. `words` are in lower case.
int StatusIn(absl::string_view words) {
  constexpr absl::string_view kLabel = "error code: ";
  const size_t label = words.find(kLabel);
  if (label == absl::string_view::npos) return 0;
  absl::string_view number = words.substr(label + kLabel.size());
  number = number.substr(0, number.find_first_not_of("0123456789"));
  int status = 0;
  return number.size() == 3 && absl::SimpleAtoi(number, &status) ? status : 0;
}

ErrorReason ReasonOfFailure(absl::string_view words) {
  if (SaysTooLong(words)) return ErrorReason::kContextLengthExceeded;
  if (SaysBlocked(words)) return ErrorReason::kContentFiltered;
  const int status = StatusIn(words);
  if (status < 400) return ErrorReason::kGenerationFailed;
  switch (const ErrorReason reason = ReasonForHttpStatus(status)) {
    case ErrorReason::kInvalidRequest:
    case ErrorReason::kContextLengthExceeded:
    case ErrorReason::kProviderRateLimited:
    case ErrorReason::kProviderUnavailable:
      return reason;
    // Its key, its money and its model are not ours.
    default:
      return ErrorReason::kGenerationFailed;
  }
}

// "Request was throttled. Expected available in 3 seconds." `words` are in
// lower case.
std::optional<absl::Duration> WaitIn(absl::string_view words, absl::Time now) {
  const std::pair<absl::string_view, absl::string_view> halves =
      absl::StrSplit(words, absl::MaxSplits("available in ", 1));
  const absl::string_view number =
      halves.second.substr(0, halves.second.find(' '));
  return number.empty() ? std::nullopt : ParseWait(number, now);
}

}  // namespace

absl::Status ReplicateHttpError(const HttpResponse& response, absl::Time now,
                                const Redactor& redactor) {
  const ErrorBody error = ReadErrorBody(response.body).value_or(ErrorBody());
  const std::string words = absl::AsciiStrToLower(error.message);
  UpstreamFailure failure;
  failure.reason = ReasonOfStatus(response.status, words);
  failure.http_status = response.status;
  failure.words = error.message;
  failure.type = error.type;
  failure.code = error.code;
  failure.param = error.param;
  failure.wait =
      StatedWait(response.status, response.headers, now, WaitIn(words, now));
  const std::string redirect =
      RedirectWords(response.status, &response.headers);
  if (!redirect.empty()) failure.words = redirect;
  return UpstreamError(failure, redactor);
}

absl::Status ReplicateFailure(const ErrorBody& error, const Redactor& redactor,
                              absl::string_view credential) {
  const std::string words = absl::AsciiStrToLower(error.message);
  UpstreamFailure failure;
  failure.reason = ReasonOfFailure(words);
  failure.words = error.message;
  if (error.message.empty()) failure.words = "the prediction failed";
  failure.type = error.type;
  failure.code = error.code;
  return UpstreamError(failure, redactor, credential);
}

absl::Status ReplicateCancelled() {
  return Error(ErrorReason::kProviderUnavailable,
               "the prediction was cancelled at the provider");
}

}  // namespace aigateway

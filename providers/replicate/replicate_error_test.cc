#include "providers/replicate/replicate_error.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::HasSubstr;

absl::Status ErrorOf(int status, absl::string_view detail) {
  HttpResponse response;
  response.status = status;
  response.body = absl::StrCat(R"({"title":"No","detail":")", detail,
                               R"(","status":)", status, "}");
  return ReplicateHttpError(response, absl::UnixEpoch(), Redactor());
}

TEST(ReplicateErrorTest, ClassifiesByStatusAndWords) {
  const struct {
    int status;
    absl::string_view detail;
    ErrorReason reason;
  } cases[] = {
      {401, "You did not pass a valid token", ErrorReason::kProviderAuthFailed},
      {402, "You have insufficient credit",
       ErrorReason::kProviderQuotaExhausted},
      {404, "The requested resource could not be found.",
       ErrorReason::kModelNotFound},
      {422, "- input: temperature must be less than 5",
       ErrorReason::kInvalidRequest},
      {422, "The specified version does not exist",
       ErrorReason::kModelNotFound},
      {422, "prompt is too long", ErrorReason::kContextLengthExceeded},
      {429, "Request was throttled.", ErrorReason::kProviderRateLimited},
      {500, "Internal", ErrorReason::kProviderUnavailable},
  };
  for (const auto& each : cases) {
    const absl::Status status = ErrorOf(each.status, each.detail);
    EXPECT_THAT(status, HasReason(each.reason)) << each.detail;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(std::string(each.detail)));
  }
}

TEST(ReplicateErrorTest, FindsTheWaitInTheWords) {
  EXPECT_EQ(
      RetryAfter(ErrorOf(
          429, "Request was throttled. Expected available in 3 seconds.")),
      absl::Seconds(3));
  EXPECT_EQ(RetryAfter(ErrorOf(429, "Expected available in a while")),
            std::nullopt);
  EXPECT_EQ(RetryAfter(ErrorOf(429, "available in ")), std::nullopt);
}

TEST(ReplicateErrorTest, ClassifiesWhatAModelSaysOfItsFailure) {
  const auto reason_of = [](absl::string_view words) {
    ErrorBody error;
    error.message = std::string(words);
    return ReplicateFailure(error, Redactor(), "");
  };
  EXPECT_THAT(reason_of("CUDA out of memory"),
              HasReason(ErrorReason::kGenerationFailed));
  const struct {
    absl::string_view code;
    ErrorReason reason;
  } codes[] = {
      {"400", ErrorReason::kInvalidRequest},
      {"422 - {'error': {}}", ErrorReason::kInvalidRequest},
      {"429", ErrorReason::kProviderRateLimited},
      {"503", ErrorReason::kProviderUnavailable},
      // The key and the model are Replicate's own there.
      {"401", ErrorReason::kGenerationFailed},
      {"404", ErrorReason::kGenerationFailed},
      {"4000", ErrorReason::kGenerationFailed},
      {"4", ErrorReason::kGenerationFailed},
      {"", ErrorReason::kGenerationFailed},
      {"99999999999999999999", ErrorReason::kGenerationFailed},
  };
  for (const auto& each : codes) {
    EXPECT_THAT(reason_of(absl::StrCat("E9 Error code: ", each.code)),
                HasReason(each.reason))
        << each.code;
  }
  EXPECT_THAT(reason_of("Error code: 400 - prompt is too long"),
              HasReason(ErrorReason::kContextLengthExceeded));
  EXPECT_THAT(reason_of("The input was flagged as sensitive. (E005)"),
              HasReason(ErrorReason::kContentFiltered));
  EXPECT_THAT(reason_of("exceeds the model's context length"),
              HasReason(ErrorReason::kContextLengthExceeded));
  EXPECT_EQ(std::string(reason_of("").message()), "the prediction failed");
  EXPECT_THAT(ReplicateCancelled(),
              HasReason(ErrorReason::kProviderUnavailable));
}

}  // namespace
}  // namespace aigateway

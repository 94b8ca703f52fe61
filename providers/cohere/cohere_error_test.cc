#include "providers/cohere/cohere_error.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const absl::Time kNow = absl::FromUnixSeconds(1790000000);

absl::Status ErrorOf(int status, absl::string_view message) {
  return CohereHttpError(
      {.status = status,
       .body = absl::StrCat(R"({"id":"r1","message":")", message, R"("})")},
      kNow, Redactor());
}

TEST(CohereErrorTest, KnowsEveryStatusOfTheApi) {
  const struct {
    int status;
    ErrorReason reason;
  } cases[] = {
      {400, ErrorReason::kInvalidRequest},
      {401, ErrorReason::kProviderAuthFailed},
      {402, ErrorReason::kProviderQuotaExhausted},
      {403, ErrorReason::kProviderAuthFailed},
      {404, ErrorReason::kModelNotFound},
      {413, ErrorReason::kContextLengthExceeded},
      {422, ErrorReason::kInvalidRequest},
      {429, ErrorReason::kProviderRateLimited},
      {498, ErrorReason::kProviderUnavailable},
      {499, ErrorReason::kProviderUnavailable},
      {500, ErrorReason::kProviderUnavailable},
      {501, ErrorReason::kProviderUnavailable},
      {503, ErrorReason::kProviderUnavailable},
      {504, ErrorReason::kProviderUnavailable},
  };
  for (const auto& each : cases) {
    const absl::Status status = ErrorOf(each.status, "words");
    EXPECT_THAT(status, HasReason(each.reason)) << each.status;
    EXPECT_EQ(status.message(), "words");
    EXPECT_EQ(GetErrorMetadata(status, "http_status"),
              absl::StrCat(each.status));
    EXPECT_EQ(GetErrorMetadata(status, "provider_request_id"), "r1");
  }
}

TEST(CohereErrorTest, HearsWhatTheWordsSay) {
  EXPECT_THAT(ErrorOf(400, "too many tokens: size limit exceeded by 7 tokens."),
              HasReason(ErrorReason::kContextLengthExceeded));
  EXPECT_THAT(ErrorOf(400, "model 'x' not found, make sure ..."),
              HasReason(ErrorReason::kModelNotFound));
  EXPECT_THAT(ErrorOf(400, "invalid api token"),
              HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_THAT(ErrorOf(429, "a Trial key is limited to 1000 API calls / month"),
              HasReason(ErrorReason::kProviderQuotaExhausted));
  EXPECT_THAT(ErrorOf(429, "a Trial key is limited to 20 API calls / minute"),
              HasReason(ErrorReason::kProviderRateLimited));
  EXPECT_THAT(ErrorOf(498, "the request has a deny-listed token"),
              HasReason(ErrorReason::kContentFiltered));
}

TEST(CohereErrorTest, TheTypeOfTooManyTokensIsEnough) {
  const absl::Status status = CohereHttpError(
      {.status = 400,
       .body = R"({"error_type":"TOO_MANY_TOKENS","message":"words"})"},
      kNow, Redactor());
  EXPECT_THAT(status, HasReason(ErrorReason::kContextLengthExceeded));
  EXPECT_EQ(GetErrorMetadata(status, "provider_error_type"), "TOO_MANY_TOKENS");
}

TEST(CohereErrorTest, KeepsTheWaitThatWasStated) {
  HttpResponse response = {.status = 429, .body = R"({"message":"slow"})"};
  response.headers.Add("Retry-After", "7");
  EXPECT_EQ(RetryAfter(CohereHttpError(response, kNow, Redactor())),
            absl::Seconds(7));
}

TEST(CohereErrorTest, NeverShowsACredential) {
  const absl::Status status =
      ErrorOf(401, "bad key: Bearer abcdefghijklmnopqrstuvwx");
  EXPECT_THAT(std::string(status.message()),
              Not(HasSubstr("abcdefghijklmnop")));
  const absl::Status inner = CohereInnerError(
      {.message = "the key my-own-secret is bad"}, Redactor(), "my-own-secret");
  EXPECT_THAT(std::string(inner.message()), Not(HasSubstr("my-own-secret")));
}

TEST(CohereErrorTest, NamesTheHostOfARedirectAndNothingElseOfIt) {
  HttpResponse response = {.status = 302};
  response.headers.Add("location", "https://evil.example/x?key=secret");
  const absl::Status status = CohereHttpError(response, kNow, Redactor());
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(std::string(status.message()), HasSubstr("evil.example"));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("secret")));
}

TEST(CohereErrorTest, ABodyThatIsNoJsonIsAnErrorByItsStatus) {
  for (const char* body : {"", "<html>", "[", "\xff", "null"}) {
    EXPECT_THAT(
        CohereHttpError({.status = 503, .body = body}, kNow, Redactor()),
        HasReason(ErrorReason::kProviderUnavailable))
        << body;
  }
}

TEST(CohereErrorTest, InsideAnAnswerTheWordsAloneTell) {
  EXPECT_THAT(CohereInnerError({.message = "too many tokens"}, Redactor(), ""),
              HasReason(ErrorReason::kContextLengthExceeded));
  EXPECT_THAT(
      CohereInnerError({.message = "model 'x' not found"}, Redactor(), ""),
      HasReason(ErrorReason::kModelNotFound));
  EXPECT_THAT(
      CohereInnerError({.message = "slow", .status = 429}, Redactor(), ""),
      HasReason(ErrorReason::kProviderRateLimited));
  EXPECT_THAT(CohereInnerError({.message = "words"}, Redactor(), ""),
              HasReason(ErrorReason::kProviderUnavailable));
}

}  // namespace
}  // namespace aigateway

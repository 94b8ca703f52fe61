#include "providers/gemini_error.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/utf8.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

absl::Status ErrorOf(int http_status, absl::string_view body) {
  return GeminiError({.http_status = http_status, .body = body}, Redactor());
}

// A body as Google's servers have it.
std::string Body(int code, absl::string_view status, absl::string_view message,
                 absl::string_view details = "") {
  return absl::StrCat(R"({"error":{"code":)", code, R"(,"message":")", message,
                      R"(","status":")", status, R"(","details":[)", details,
                      "]}}");
}

TEST(GeminiErrorTest, RefusedKeyIsA400) {
  const absl::Status error = ErrorOf(
      400, Body(400, "INVALID_ARGUMENT", "API key not valid.",
                R"({"@type":"type.googleapis.com/google.rpc.ErrorInfo",)"
                R"("reason":"API_KEY_INVALID","domain":"googleapis.com"})"));
  EXPECT_THAT(error, HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_EQ(error.message(), "API key not valid.");
  EXPECT_EQ(GetErrorMetadata(error, "http_status"), "400");
  EXPECT_EQ(GetErrorMetadata(error, "provider_error_type"), "INVALID_ARGUMENT");
  EXPECT_EQ(GetErrorMetadata(error, "provider_error_reason"),
            "API_KEY_INVALID");
}

struct Case {
  int http_status;
  absl::string_view status;
  absl::string_view message;
  ErrorReason reason;
};

class GeminiErrorMeaningTest : public ::testing::TestWithParam<Case> {};

TEST_P(GeminiErrorMeaningTest, IsTheSameByStatusAndInAnAnswer) {
  const Case& c = GetParam();
  const std::string body = Body(c.http_status, c.status, c.message);
  EXPECT_THAT(ErrorOf(c.http_status, body), HasReason(c.reason)) << c.message;
  EXPECT_THAT(ErrorOf(0, body), HasReason(c.reason)) << c.message;
  EXPECT_THAT(ErrorOf(0, absl::StrCat("[", body, "]")), HasReason(c.reason));
  // Without a number the name will do.
  EXPECT_THAT(ErrorOf(0, absl::StrCat(R"({"error":{"message":")", c.message,
                                      R"(","status":")", c.status, R"("}})")),
              HasReason(c.reason));
}

INSTANTIATE_TEST_SUITE_P(
    All, GeminiErrorMeaningTest,
    ::testing::Values(
        Case{400, "INVALID_ARGUMENT", "Please use a valid role: user, model.",
             ErrorReason::kInvalidRequest},
        Case{400, "INVALID_ARGUMENT",
             "The input token count (1250074) exceeds the maximum number of "
             "tokens allowed (1048576).",
             ErrorReason::kContextLengthExceeded},
        Case{429, "RESOURCE_EXHAUSTED",
             "The input token count exceeds the maximum number of tokens "
             "allowed.",
             ErrorReason::kContextLengthExceeded},
        Case{400, "INVALID_ARGUMENT", "API key expired. Please renew it.",
             ErrorReason::kProviderAuthFailed},
        Case{400, "FAILED_PRECONDITION",
             "User location is not supported for the API use.",
             ErrorReason::kProviderAuthFailed},
        Case{400, "FAILED_PRECONDITION",
             "The File abc is not in an ACTIVE state",
             ErrorReason::kInvalidRequest},
        Case{400, "INVALID_ARGUMENT",
             "The prompt violates our Responsible AI practices.",
             ErrorReason::kContentFiltered},
        Case{401, "UNAUTHENTICATED", "Request had invalid credentials.",
             ErrorReason::kProviderAuthFailed},
        Case{403, "PERMISSION_DENIED", "Your API key was reported as leaked.",
             ErrorReason::kProviderAuthFailed},
        Case{403, "PERMISSION_DENIED",
             "You do not have permission to access the File abc or it may not "
             "exist.",
             ErrorReason::kInvalidRequest},
        Case{404, "NOT_FOUND",
             "models/gemini-x is not found for API version v1beta",
             ErrorReason::kModelNotFound},
        Case{404, "NOT_FOUND", "Requested entity was not found.",
             ErrorReason::kModelNotFound},
        Case{404, "NOT_FOUND", "CachedContent not found",
             ErrorReason::kInvalidRequest},
        Case{429, "RESOURCE_EXHAUSTED", "Resource has been exhausted.",
             ErrorReason::kProviderRateLimited},
        Case{429, "RESOURCE_EXHAUSTED",
             "The project has exceeded its monthly spending cap.",
             ErrorReason::kProviderQuotaExhausted},
        Case{500, "INTERNAL", "An internal error has occurred.",
             ErrorReason::kProviderUnavailable},
        Case{503, "UNAVAILABLE", "The model is overloaded.",
             ErrorReason::kProviderUnavailable},
        Case{504, "DEADLINE_EXCEEDED", "Deadline expired.",
             ErrorReason::kProviderUnavailable}));

TEST(GeminiErrorTest, WordsAloneTellInAnAnswer) {
  const auto reason = [](absl::string_view message) {
    return ReasonOf(ErrorOf(
        0, absl::StrCat(R"({"error":{"message":")", message, R"("}})")));
  };
  EXPECT_EQ(reason("The input token count exceeds the maximum"),
            ErrorReason::kContextLengthExceeded);
  EXPECT_EQ(reason("Blocked due to safety."), ErrorReason::kContentFiltered);
  EXPECT_EQ(reason("API key not valid."), ErrorReason::kProviderAuthFailed);
  EXPECT_EQ(reason("Something else."), ErrorReason::kProviderUnavailable);
}

TEST(GeminiErrorTest, PrepaidMoneyThatIsGoneIsAQuota) {
  EXPECT_THAT(ErrorOf(402, ""),
              HasReason(ErrorReason::kProviderQuotaExhausted));
}

std::string QuotaBody(absl::string_view quota_id, absl::string_view value,
                      absl::string_view delay) {
  return Body(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.",
              absl::StrCat(
                  R"({"@type":"type.googleapis.com/google.rpc.QuotaFailure",)"
                  R"("violations":[{"quotaId":")",
                  quota_id, R"(","quotaValue":")", value,
                  R"("}]},{"@type":"type.googleapis.com/google.rpc.RetryInfo",)"
                  R"("retryDelay":")",
                  delay, R"("})"));
}

TEST(GeminiErrorTest, QuotaOfTheMinuteIsARateThatStatesItsWait) {
  const absl::Status error = ErrorOf(
      429,
      QuotaBody("GenerateRequestsPerMinutePerProjectPerModel", "10", "34.07s"));
  EXPECT_THAT(error, HasReason(ErrorReason::kProviderRateLimited));
  EXPECT_EQ(RetryAfter(error), absl::Milliseconds(34070));
}

TEST(GeminiErrorTest, QuotaOfTheDayIsUsedUp) {
  const absl::Status error = ErrorOf(
      429, QuotaBody("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "50",
                     "14h23m5s"));
  EXPECT_THAT(error, HasReason(ErrorReason::kProviderQuotaExhausted));
  EXPECT_EQ(RetryAfter(error),
            absl::Hours(14) + absl::Minutes(23) + absl::Seconds(5));
}

TEST(GeminiErrorTest, QuotaOfNothingIsUsedUp) {
  EXPECT_THAT(ErrorOf(429, QuotaBody("InputTokensPerMinute", "0", "1s")),
              HasReason(ErrorReason::kProviderQuotaExhausted));
}

TEST(GeminiErrorTest, HeaderWithAWaitCountsBeforeTheBody) {
  HttpHeaders headers;
  headers.Add("Retry-After", "7");
  const std::string body = QuotaBody("PerMinute", "1", "34s");
  EXPECT_EQ(
      RetryAfter(GeminiError(
          {.http_status = 429, .headers = &headers, .body = body}, Redactor())),
      absl::Seconds(7));
}

TEST(GeminiErrorTest, WaitThatIsNoneIsNotStated) {
  for (const char* delay : {"", "-5s", "inf", "soon", "0s"}) {
    EXPECT_EQ(RetryAfter(ErrorOf(429, QuotaBody("PerMinute", "1", delay))),
              std::nullopt)
        << delay;
  }
}

TEST(GeminiErrorTest, FieldAtFaultIsNamed) {
  const absl::Status error =
      ErrorOf(400, Body(400, "INVALID_ARGUMENT", "bad",
                        R"({"fieldViolations":[{"field":"contents[0].parts",)"
                        R"("description":"x"}]})"));
  EXPECT_EQ(GetErrorMetadata(error, "provider_error_param"),
            "contents[0].parts");
}

TEST(GeminiErrorTest, OtherShapesKeepTheirMeaning) {
  EXPECT_THAT(ErrorOf(401, R"({"error":"bad key"})"),
              AllOf(HasReason(ErrorReason::kProviderAuthFailed),
                    StatusIs(absl::StatusCode::kFailedPrecondition,
                             HasSubstr("bad key"))));
  EXPECT_THAT(ErrorOf(422, R"({"message":"top_p must be at most 1"})"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("top_p must be at most 1")));
  EXPECT_THAT(ErrorOf(400, ""),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("400")));
  EXPECT_THAT(
      ErrorOf(503, R"({"error":{"message":{"text":"deep"},"code":{"a":1}}})"),
      StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(ErrorOf(502, "<html>Bad gateway</html>"),
              StatusIs(absl::StatusCode::kUnavailable,
                       AllOf(HasSubstr("502"), Not(HasSubstr("html")))));
  EXPECT_THAT(ErrorOf(503, "upstream connect error"),
              StatusIs(absl::StatusCode::kUnavailable,
                       HasSubstr("upstream connect error")));
}

TEST(GeminiErrorTest, LongWordsAreCutAndBadBytesReplaced) {
  const absl::Status error = ErrorOf(
      400, Body(400, "INVALID_ARGUMENT",
                absl::StrCat("bad field: \xE9", std::string(20000, 'x'))));
  EXPECT_LT(error.message().size(), 4096);
  EXPECT_TRUE(IsValidUtf8(error.message()));
  EXPECT_THAT(std::string(error.message()), StartsWith("bad field: \uFFFDxxx"));
  EXPECT_THAT(error, StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(GeminiErrorTest, CredentialIsCleanedOut) {
  config::v1::ProviderConfig config;
  config.set_api_key("test-key-AAAA1111");
  const absl::Status error =
      GeminiError({.http_status = 400,
                   .body = R"({"error":{"message":"bad: test-key-AAAA1111"}})"},
                  Redactor(config));
  EXPECT_THAT(std::string(error.message()), Not(HasSubstr("AAAA1111")));
}

TEST(GeminiErrorTest, RedirectNamesTheHostAndNothingElse) {
  HttpHeaders headers;
  headers.Add("Location", "https://user:pw@elsewhere.example/steal?key=abc");
  const absl::Status error =
      GeminiError({.http_status = 307, .headers = &headers}, Redactor());
  EXPECT_THAT(error, HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(std::string(error.message()),
              AllOf(HasSubstr("307"), HasSubstr("elsewhere.example"),
                    Not(HasSubstr("steal")), Not(HasSubstr("pw")),
                    Not(HasSubstr("abc"))));
}

}  // namespace
}  // namespace aigateway

#include "providers/anthropic_error.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/secret.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Optional;
using ::testing::StartsWith;

const absl::Time kNow = absl::FromUnixSeconds(1790000000);

std::string Body(absl::string_view type, absl::string_view message) {
  return absl::StrFormat(
      R"({"type":"error","error":{"type":"%s","message":"%s"},)"
      R"("request_id":"req_1"})",
      type, message);
}

absl::Status ErrorOf(int status, absl::string_view body) {
  return AnthropicHttpError({.status = status, .body = std::string(body)}, kNow,
                            Redactor());
}

TEST(AnthropicErrorTest, KnowsEveryTypeAndStatus) {
  const struct {
    int status;
    absl::string_view type;
    ErrorReason reason;
  } cases[] = {
      {400, "invalid_request_error", ErrorReason::kInvalidRequest},
      {401, "authentication_error", ErrorReason::kProviderAuthFailed},
      {402, "billing_error", ErrorReason::kProviderQuotaExhausted},
      {403, "permission_error", ErrorReason::kProviderAuthFailed},
      {404, "not_found_error", ErrorReason::kModelNotFound},
      {409, "conflict_error", ErrorReason::kProviderUnavailable},
      {413, "request_too_large", ErrorReason::kContextLengthExceeded},
      {429, "rate_limit_error", ErrorReason::kProviderRateLimited},
      {500, "api_error", ErrorReason::kProviderUnavailable},
      {504, "timeout_error", ErrorReason::kProviderUnavailable},
      {529, "overloaded_error", ErrorReason::kProviderUnavailable},
  };
  for (const auto& each : cases) {
    const absl::Status status = ErrorOf(each.status, Body(each.type, "words"));
    EXPECT_THAT(status, HasReason(each.reason)) << each.type;
    EXPECT_EQ(status.message(), "words");
    EXPECT_EQ(GetErrorMetadata(status, "http_status"),
              absl::StrCat(each.status));
    EXPECT_EQ(GetErrorMetadata(status, "provider_error_type"), each.type);

    // In a stream there is only the type.
    ErrorBody error;
    error.type = std::string(each.type);
    EXPECT_EQ(AnthropicErrorReason(0, error), each.reason) << each.type;
  }
}

TEST(AnthropicErrorTest, ReadsTheWordsOfA400) {
  const auto reason = [](absl::string_view words) {
    return ReasonOf(ErrorOf(400, Body("invalid_request_error", words)));
  };
  EXPECT_EQ(reason("prompt is too long: 3333404 tokens > 200000 maximum"),
            ErrorReason::kContextLengthExceeded);
  EXPECT_EQ(reason("input length and `max_tokens` exceed context limit: "
                   "188240 + 21333 > 200000"),
            ErrorReason::kContextLengthExceeded);
  EXPECT_EQ(reason("Your credit balance is too low to access the Anthropic "
                   "API. Please go to Plans & Billing."),
            ErrorReason::kProviderQuotaExhausted);
  EXPECT_EQ(reason("You have reached your specified API usage limits. You "
                   "will regain access on 2026-12-01."),
            ErrorReason::kProviderQuotaExhausted);
  EXPECT_EQ(reason("This organization has been disabled."),
            ErrorReason::kProviderAuthFailed);
  EXPECT_EQ(reason("Output blocked by content filtering policy"),
            ErrorReason::kContentFiltered);
  EXPECT_EQ(reason("temperature: range: 0..1"), ErrorReason::kInvalidRequest);
}

TEST(AnthropicErrorTest, TellsASpendingCapFromARate) {
  EXPECT_THAT(ErrorOf(429, Body("rate_limit_error",
                                "Your workspace has reached its spend limit")),
              HasReason(ErrorReason::kProviderQuotaExhausted));
  EXPECT_THAT(
      ErrorOf(429, Body("rate_limit_error",
                        "This request would exceed your organization's rate "
                        "limit of 50,000 input tokens per minute")),
      HasReason(ErrorReason::kProviderRateLimited));
}

TEST(AnthropicErrorTest, ObeysTheWaitThatIsStated) {
  HttpResponse response{.status = 429, .body = Body("rate_limit_error", "x")};
  response.headers.Add("retry-after", "12");
  EXPECT_THAT(RetryAfter(AnthropicHttpError(response, kNow, Redactor())),
              Optional(Eq(absl::Seconds(12))));

  response.headers.clear();
  response.headers.Add("anthropic-ratelimit-requests-remaining", "99");
  response.headers.Add(
      "anthropic-ratelimit-requests-reset",
      absl::FormatTime(kNow + absl::Seconds(1), absl::UTCTimeZone()));
  response.headers.Add("anthropic-ratelimit-input-tokens-remaining", "0");
  response.headers.Add(
      "anthropic-ratelimit-input-tokens-reset",
      absl::FormatTime(kNow + absl::Seconds(33), absl::UTCTimeZone()));
  EXPECT_THAT(RetryAfter(AnthropicHttpError(response, kNow, Redactor())),
              Optional(Eq(absl::Seconds(33))));
}

// Case 012.
TEST(AnthropicErrorTest, ReadsBodiesOfOtherShapes) {
  EXPECT_THAT(ErrorOf(401, R"({"error":"bad key"})"),
              HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_THAT(ErrorOf(401, R"({"error":"bad key"})").message(),
              HasSubstr("bad key"));
  EXPECT_THAT(
      ErrorOf(422, R"({"message":"top_p must be at most 1"})").message(),
      HasSubstr("top_p must be at most 1"));
  EXPECT_THAT(ErrorOf(400, ""), HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(ErrorOf(400, "").message(), HasSubstr("400"));
  EXPECT_THAT(ErrorOf(503, R"({"error":{"message":{"text":"deep"}}})"),
              HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_THAT(ErrorOf(502, "<html><body>Bad Gateway</body></html>"),
              HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_THAT(ErrorOf(404, "<html>"), HasReason(ErrorReason::kModelNotFound));
  EXPECT_THAT(ErrorOf(429, R"({"error":{"type":"insufficient_quota"}})"),
              HasReason(ErrorReason::kProviderQuotaExhausted));
}

// Cases 013 and 014.
TEST(AnthropicErrorTest, CutsLongWordsAndRepairsBytes) {
  const absl::Status status = ErrorOf(
      400, Body("invalid_request_error",
                absl::StrCat("bad field: caf\xE9 ", std::string(20000, 'x'))));
  EXPECT_THAT(status, HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(std::string(status.message()),
              StartsWith("bad field: caf\xEF\xBF\xBD xxx"));
  EXPECT_LT(status.message().size(), 4096u);
}

// Case 042.
TEST(AnthropicErrorTest, NamesTheHostOfARedirectAndFollowsNone) {
  HttpResponse response{.status = 307};
  response.headers.Add("location", "http://evil.example:81/steal?key=x");
  const absl::Status status = AnthropicHttpError(response, kNow, Redactor());
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("307"), HasSubstr("evil.example:81"),
                    Not(HasSubstr("steal"))));
}

TEST(AnthropicErrorTest, NamesTheProvidersOwnId) {
  HttpResponse response{.status = 500};
  response.headers.Add("request-id", "req_011");
  EXPECT_EQ(GetErrorMetadata(AnthropicHttpError(response, kNow, Redactor()),
                             "provider_request_id"),
            "req_011");
  const Redactor redactor(std::vector<Secret>{Secret("opaque-token-1")});
  response.headers.Set("request-id", "of opaque-token-1");
  EXPECT_EQ(GetErrorMetadata(AnthropicHttpError(response, kNow, redactor),
                             "provider_request_id"),
            "of [redacted]");
}

TEST(AnthropicErrorTest, TakesAnErrorOfNoKnownTypeForAFailure) {
  EXPECT_THAT(AnthropicInnerError({}, Redactor(), ""),
              HasReason(ErrorReason::kProviderUnavailable));
  ErrorBody error;
  error.status = 429;  // "code": 429
  EXPECT_EQ(AnthropicErrorReason(0, error), ErrorReason::kProviderRateLimited);
}

TEST(AnthropicErrorTest, ReadsTheWordsOfAnErrorOfNoKnownType) {
  ErrorBody error;
  error.message = "Prompt is too long: 210000 tokens > 200000 maximum";
  EXPECT_EQ(AnthropicErrorReason(0, error),
            ErrorReason::kContextLengthExceeded);
  error.message = "Your credit balance is too low";
  EXPECT_EQ(AnthropicErrorReason(0, error),
            ErrorReason::kProviderQuotaExhausted);
  // What a type says is not overruled by words.
  error.type = "api_error";
  EXPECT_EQ(AnthropicErrorReason(0, error), ErrorReason::kProviderUnavailable);
}

TEST(AnthropicErrorTest, ShowsNoCredential) {
  ErrorBody error;
  error.message = "key my-secret-0123 is bad";
  EXPECT_THAT(
      std::string(
          AnthropicInnerError(error, Redactor(), "my-secret-0123").message()),
      Not(HasSubstr("my-secret-0123")));
}

}  // namespace
}  // namespace aigateway

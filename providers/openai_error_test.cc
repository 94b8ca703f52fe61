#include "providers/openai_error.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/base/errors.h"
#include "providers/openai_test_kit.h"
#include "providers/redactor.h"
#include "providers/upstream_error.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::AllOf;
using testing::Eq;
using testing::HasSubstr;
using testing::Not;
using testing::Optional;

const absl::Time kNow = absl::FromUnixSeconds(1790000000);

absl::Status ErrorOf(int status, absl::string_view body) {
  return ReadOpenAiError(InstanceOf("openai"),
                         {.status = status, .body = std::string(body)}, kNow);
}

TEST(OpenAiErrorTest, ClassifiesByCodeBeforeStatus) {
  const struct {
    int status;
    absl::string_view body;
    ErrorReason reason;
  } cases[] = {
      {400, R"({"error":{"message":"m","code":"context_length_exceeded"}})",
       ErrorReason::kContextLengthExceeded},
      {429, R"({"error":{"message":"m","type":"insufficient_quota"}})",
       ErrorReason::kProviderQuotaExhausted},
      {429, R"({"error":{"message":"m","type":"requests"}})",
       ErrorReason::kProviderRateLimited},
      {401, R"({"error":{"message":"m","code":"invalid_api_key"}})",
       ErrorReason::kProviderAuthFailed},
      {404, R"({"error":{"message":"m","code":"model_not_found"}})",
       ErrorReason::kModelNotFound},
      {400, R"({"error":{"message":"m","code":"content_filter"}})",
       ErrorReason::kContentFiltered},
      {400, R"({"error":{"message":"m"}})", ErrorReason::kInvalidRequest},
      {500, R"({"error":"m"})", ErrorReason::kProviderUnavailable},
      {503, R"({"message":"m"})", ErrorReason::kProviderUnavailable},
  };
  for (const auto& each : cases) {
    const absl::Status status = ErrorOf(each.status, each.body);
    EXPECT_THAT(status, HasReason(each.reason)) << each.body;
    EXPECT_EQ(status.message(), "m");
  }
}

TEST(OpenAiErrorTest, StatesTheWaitOfTheHeaders) {
  HttpResponse response = {.status = 429, .body = R"({"error":{}})"};
  response.headers.Add("retry-after", "12");
  EXPECT_THAT(RetryAfter(ReadOpenAiError(InstanceOf("openai"), response, kNow)),
              Optional(Eq(absl::Seconds(12))));
}

TEST(OpenAiErrorTest, ShowsTheBeginningOfAPage) {
  const absl::Status status =
      ErrorOf(502, "<html><title>Bad gateway</title></html>");
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_THAT(std::string(status.message()), HasSubstr("Bad gateway"));
}

TEST(OpenAiErrorTest, NamesTheHostOfARedirectAndNothingElseOfIt) {
  HttpResponse response = {.status = 302, .body = "<a>moved</a>"};
  response.headers.Add("location", "https://evil.example/x?key=secret");
  const absl::Status status =
      ReadOpenAiError(InstanceOf("openai"), response, kNow);
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("302"), HasSubstr("evil.example"),
                    Not(HasSubstr("secret"))));
}

TEST(OpenAiErrorTest, ShowsNoKeyThatTheProviderRepeats) {
  EXPECT_EQ(
      ErrorOf(401, R"({"error":{"message":"wrong: sk-proj-abcdefgh1234"}})")
          .message(),
      "wrong: [redacted]");
}

TEST(OpenAiErrorTest, ShowsNoBeginningOfAKeyWhereAPageIsCut) {
  OpenAiInstance instance = InstanceOf("openai");
  config::v1::ProviderConfig config;
  config.set_api_key("plainkeyofours");
  instance.redactor = Redactor(config);
  const std::string page =
      absl::StrCat(std::string(kMaxPageBytes - 9, '.'), "plainkeyofours");
  EXPECT_THAT(
      std::string(ReadOpenAiError(instance, {.status = 502, .body = page}, kNow)
                      .message()),
      Not(HasSubstr("plain")));
}

TEST(OpenAiErrorTest, TakesAnErrorObjectWithoutStatusForAFailingProvider) {
  ErrorBody body;
  body.message = "m";
  EXPECT_THAT(OpenAiErrorObject(InstanceOf("openai"), body, ""),
              HasReason(ErrorReason::kProviderUnavailable));
  body.status = 429;
  EXPECT_THAT(OpenAiErrorObject(InstanceOf("openai"), body, ""),
              HasReason(ErrorReason::kProviderRateLimited));
}

ErrorReason ReasonOfObject(absl::string_view type, absl::string_view message) {
  ErrorBody body;
  body.type = std::string(type);
  body.message = std::string(message);
  return ReasonOf(OpenAiErrorObject(InstanceOf("openai"), body, ""));
}

TEST(OpenAiErrorTest, ReadsTheWordsOfAnErrorObjectWithoutStatus) {
  constexpr absl::string_view kTooLong =
      "This model's maximum context length is 8192 tokens.";
  EXPECT_EQ(ReasonOfObject("", kTooLong), ErrorReason::kContextLengthExceeded);
  EXPECT_EQ(ReasonOfObject("invalid_request_error", kTooLong),
            ErrorReason::kContextLengthExceeded);
  EXPECT_EQ(ReasonOfObject("invalid_request_error", "Unknown model"),
            ErrorReason::kModelNotFound);
  EXPECT_EQ(ReasonOfObject("invalid_request_error", "n must be 1"),
            ErrorReason::kInvalidRequest);
}

TEST(OpenAiErrorTest, ReadsNoWordsAgainstTheTypeOfAnErrorObject) {
  EXPECT_EQ(ReasonOfObject("server_error", "the context window was lost"),
            ErrorReason::kProviderUnavailable);
  EXPECT_EQ(ReasonOfObject("not_found_error", "see our content policy"),
            ErrorReason::kModelNotFound);
}

TEST(OpenAiErrorTest, TakesRulesOfOtherStatusesByCodeOnly) {
  ErrorBody body;
  body.code = "insufficient_quota";
  EXPECT_THAT(OpenAiErrorObject(InstanceOf("qwen"), body, ""),
              HasReason(ErrorReason::kProviderRateLimited));
  body.code = "";
  body.message = "an invalid token in the free text";
  EXPECT_THAT(OpenAiErrorObject(InstanceOf("together"), body, ""),
              HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_THAT(OpenAiErrorObject(InstanceOf("qwen"), body, ""),
              HasReason(ErrorReason::kProviderUnavailable));
}

// DeepSeek has this code for everything.
TEST(OpenAiErrorTest, TakesACodeThatSaysNothingForNoStatus) {
  ErrorBody body;
  body.type = "unknown_error";
  body.code = "invalid_request_error";
  body.message = "m";
  EXPECT_THAT(OpenAiErrorObject(InstanceOf("deepseek"), body, ""),
              HasReason(ErrorReason::kProviderUnavailable));
}

}  // namespace
}  // namespace aigateway

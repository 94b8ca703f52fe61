#include "providers/ollama/ollama_error.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::HasSubstr;

absl::Status ErrorOf(int status, absl::string_view words) {
  HttpResponse response;
  response.status = status;
  response.body = absl::StrCat(R"({"error":")", words, R"("})");
  return OllamaHttpError(response, absl::UnixEpoch(), Redactor());
}

TEST(OllamaErrorTest, ClassifiesByStatusAndWords) {
  const struct {
    int status;
    absl::string_view words;
    ErrorReason reason;
  } cases[] = {
      {400, "invalid options: top_p", ErrorReason::kInvalidRequest},
      {400, "llama3 does not support tools",
       ErrorReason::kUnsupportedParameter},
      {400, "prompt too long; exceeded max context length by 9 tokens",
       ErrorReason::kContextLengthExceeded},
      {500, "the input length exceeds the context length",
       ErrorReason::kContextLengthExceeded},
      {401, "unauthorized", ErrorReason::kProviderAuthFailed},
      {403, "forbidden", ErrorReason::kProviderAuthFailed},
      {403, "ollama cloud is disabled: remote inference is unavailable",
       ErrorReason::kModelNotFound},
      {404, "model 'x' not found", ErrorReason::kModelNotFound},
      {429, "too many concurrent requests", ErrorReason::kProviderRateLimited},
      {429, "you have reached your weekly usage limit",
       ErrorReason::kProviderQuotaExhausted},
      {500, "model requires more system memory",
       ErrorReason::kProviderUnavailable},
      {502, "bad gateway", ErrorReason::kProviderUnavailable},
      {503, "server busy, please try again", ErrorReason::kProviderUnavailable},
  };
  for (const auto& each : cases) {
    const absl::Status status = ErrorOf(each.status, each.words);
    EXPECT_THAT(status, HasReason(each.reason)) << each.words;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(std::string(each.words)));
    EXPECT_EQ(GetErrorMetadata(status, "http_status"),
              absl::StrCat(each.status));
  }
}

TEST(OllamaErrorTest, ClassifiesAnErrorInAnAnswerByItsWordsAlone) {
  const auto reason_of = [](absl::string_view words) {
    ErrorBody error;
    error.message = std::string(words);
    return OllamaErrorReason(0, error);
  };
  EXPECT_EQ(reason_of("llama runner process has terminated"),
            ErrorReason::kProviderUnavailable);
  EXPECT_EQ(reason_of("model 'x' not found, try pulling it first"),
            ErrorReason::kModelNotFound);
  EXPECT_EQ(reason_of("exceeded the context window"),
            ErrorReason::kContextLengthExceeded);
}

TEST(OllamaErrorTest, KeepsAStatedWait) {
  HttpResponse response;
  response.status = 503;
  response.headers.Add("retry-after", "3");
  EXPECT_EQ(
      RetryAfter(OllamaHttpError(response, absl::UnixEpoch(), Redactor())),
      absl::Seconds(3));
}

TEST(OllamaErrorTest, ReadsBodiesThatAreNoneOfItsOwn) {
  for (const char* body : {"", "<html>no</html>", "{", "null", "[]"}) {
    HttpResponse response;
    response.status = 500;
    response.body = body;
    EXPECT_THAT(OllamaHttpError(response, absl::UnixEpoch(), Redactor()),
                HasReason(ErrorReason::kProviderUnavailable))
        << body;
  }
}

TEST(OllamaErrorTest, TakesTheKeyOutOfTheWords) {
  ErrorBody error;
  error.message = "bad key my-secret-key";
  EXPECT_EQ(std::string(
                OllamaInnerError(error, Redactor(), "my-secret-key").message()),
            "bad key [redacted]");
}

}  // namespace
}  // namespace aigateway

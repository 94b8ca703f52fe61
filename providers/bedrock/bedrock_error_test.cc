#include "providers/bedrock/bedrock_error.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/secret.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using enum ErrorReason;
using testing::HasSubstr;
using testing::Not;

absl::Status ErrorOf(int status, absl::string_view type,
                     absl::string_view body) {
  HttpResponse response;
  response.status = status;
  if (!type.empty()) response.headers.Add("x-amzn-ErrorType", type);
  response.headers.Add("x-amzn-requestid", "req-1");
  response.body = std::string(body);
  return BedrockHttpError(response, absl::UnixEpoch(), Redactor());
}

TEST(BedrockErrorTest, ClassifiesByTypeBeforeStatus) {
  const struct {
    int status;
    absl::string_view type;
    absl::string_view words;
    ErrorReason reason;
  } cases[] = {
      {400, "ValidationException:http://internal/", "bad", kInvalidRequest},
      {400, "ValidationException", "Input is too long for requested model.",
       kContextLengthExceeded},
      {400, "ValidationException", "Input Tokens Exceeded: too many",
       kContextLengthExceeded},
      {400, "", "prompt is too long: 200001 tokens", kContextLengthExceeded},
      {400, "ServiceQuotaExceededException", "x", kProviderQuotaExhausted},
      {400, "ExpiredTokenException", "x", kProviderAuthFailed},
      {403, "AccessDeniedException", "x", kProviderAuthFailed},
      {403, "UnrecognizedClientException", "x", kProviderAuthFailed},
      {403, "", "<html>", kProviderAuthFailed},
      {404, "ResourceNotFoundException", "x", kModelNotFound},
      {404, "", "", kModelNotFound},
      {408, "ModelTimeoutException", "x", kProviderUnavailable},
      {413, "", "", kContextLengthExceeded},
      {424, "ModelErrorException", "x", kProviderUnavailable},
      {429, "ThrottlingException", "Too many requests", kProviderRateLimited},
      {429, "ThrottlingException", "Too many tokens per day",
       kProviderQuotaExhausted},
      {429, "ModelNotReadyException", "x", kProviderUnavailable},
      {429, "", "", kProviderRateLimited},
      {500, "InternalServerException", "x", kProviderUnavailable},
      {503, "ServiceUnavailableException", "x", kProviderUnavailable},
      {503, "ValidationException", "input is too long", kProviderUnavailable},
  };
  for (const auto& each : cases) {
    const std::string body =
        "{\"message\":\"" + std::string(each.words) + "\"}";
    EXPECT_THAT(ErrorOf(each.status, each.type, body), HasReason(each.reason))
        << each.status << " " << each.type << " " << each.words;
  }
}

TEST(BedrockErrorTest, ShowsTheProvidersWordsAndItsNames) {
  const absl::Status status =
      ErrorOf(429, "ThrottlingException:http://x", R"({"Message":"Slow."})");
  EXPECT_EQ(std::string(status.message()), "Slow.");
  EXPECT_EQ(GetErrorMetadata(status, "provider_error_type"),
            "ThrottlingException");
  EXPECT_EQ(GetErrorMetadata(status, "provider_request_id"), "req-1");
  EXPECT_EQ(GetErrorMetadata(status, "http_status"), "429");
}

TEST(BedrockErrorTest, ShowsNothingOfARequestThatIsEchoed) {
  const std::string echo =
      "The request signature we calculated does not match."
      "\\n\\nThe Canonical String for this request should have been"
      "\\n'POST\\n/model/m/converse\\n\\nx-amz-security-token:tok3n\\n'";
  const absl::Status status = ErrorOf(403, "InvalidSignatureException",
                                      "{\"message\":\"" + echo + "\"}");
  EXPECT_THAT(status, HasReason(kProviderAuthFailed));
  EXPECT_EQ(std::string(status.message()),
            "The request signature we calculated does not match.");
  EXPECT_EQ(
      std::string(BedrockStreamError("accessDeniedException",
                                     "X-Amz-Security-Token: Iq/o+=\n"
                                     "and x-amz-security-token:b,c is bad, "
                                     "as is x-amz-security-token:",
                                     Redactor(), "")
                      .message()),
      "X-Amz-Security-Token: [redacted]\n"
      "and x-amz-security-token:[redacted] is bad, as is "
      "x-amz-security-token:");
}

TEST(BedrockErrorTest, ReadsATypeFromTheBody) {
  const absl::Status status =
      ErrorOf(400, "", R"({"__type":"com.amazon.coral#ThrottlingException"})");
  EXPECT_THAT(status, HasReason(kProviderRateLimited));
}

TEST(BedrockErrorTest, ReadsTheExceptionsOfAStream) {
  const auto error = [](absl::string_view type, absl::string_view payload) {
    return BedrockStreamError(type, payload, Redactor(), "");
  };
  EXPECT_THAT(error("throttlingException", R"({"message":"m"})"),
              HasReason(kProviderRateLimited));
  EXPECT_THAT(error("validationException", R"({"message":"m"})"),
              HasReason(kInvalidRequest));
  EXPECT_THAT(
      error("validationException", R"({"message":"Input is too long"})"),
      HasReason(kContextLengthExceeded));
  EXPECT_THAT(error("internalServerException", "{}"),
              HasReason(kProviderUnavailable));
  EXPECT_THAT(error("InternalError", "Internal"),
              HasReason(kProviderUnavailable));
  EXPECT_THAT(error("", "\xff"), HasReason(kProviderUnavailable));
  const absl::Status status =
      error("modelStreamErrorException",
            R"({"message":"failed","originalMessage":"out of memory"})");
  EXPECT_THAT(status, HasReason(kProviderUnavailable));
  EXPECT_EQ(std::string(status.message()), "failed: out of memory");
}

TEST(BedrockErrorTest, CleansTheRequestsIdBeforeItIsCut) {
  HttpResponse response{.status = 500};
  response.headers.Add("x-amzn-requestid",
                       std::string(120, '-') + "opaque-token-1");
  const Redactor redactor(std::vector<Secret>{Secret("opaque-token-1")});
  const std::string id =
      GetErrorMetadata(BedrockHttpError(response, absl::UnixEpoch(), redactor),
                       "provider_request_id");
  EXPECT_LE(id.size(), 128U);
  EXPECT_THAT(id, Not(HasSubstr("opaque")));
}

}  // namespace
}  // namespace aigateway

#include "gateway/net/curl_failure.h"

#include <errno.h>
#include <string>

#include "absl/time/time.h"
#include "curl/curl.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string Text(const absl::Status& status) {
  return std::string(status.message());
}

TEST(CurlFailureTest, NamesTheHostAndTheStage) {
  const absl::Status status = StatusOf({.code = CURLE_COULDNT_CONNECT,
                                        .host = "api.example:8443",
                                        .os_error = ECONNREFUSED});
  EXPECT_EQ(ReasonOf(status), ErrorReason::kProviderUnavailable);
  EXPECT_EQ(Text(status), "api.example:8443: connection refused");
  EXPECT_EQ(GetErrorMetadata(status, "stage"), "connect");
  EXPECT_EQ(GetErrorMetadata(status, "host"), "api.example:8443");
}

TEST(CurlFailureTest, SaysWhichPartOfConnectingTookTooLong) {
  CurlFailure failure = {.code = CURLE_OPERATION_TIMEDOUT,
                         .host = "h",
                         .connect_timeout = absl::Seconds(5)};
  absl::Status status = StatusOf(failure);
  EXPECT_EQ(GetErrorMetadata(status, "stage"), "resolve");
  EXPECT_THAT(Text(status), EndsWith("within 5s"));
  failure.resolved = true;
  EXPECT_EQ(GetErrorMetadata(StatusOf(failure), "stage"), "connect");
}

TEST(CurlFailureTest, TellsBrokenFramingFromABrokenConnection) {
  CurlFailure failure = {.code = CURLE_RECV_ERROR,
                         .text = "Recv failure: Connection reset by peer",
                         .host = "h",
                         .answered = true};
  EXPECT_EQ(ReasonOf(StatusOf(failure)), ErrorReason::kProviderUnavailable);
  EXPECT_EQ(GetErrorMetadata(StatusOf(failure), "stage"), "receive");
  failure.text = "Illegal or missing hexadecimal sequence in chunked-encoding";
  EXPECT_EQ(ReasonOf(StatusOf(failure)), ErrorReason::kProviderProtocolError);
  failure.text = "Too large response headers: 307201 > 307200";
  EXPECT_EQ(ReasonOf(StatusOf(failure)), ErrorReason::kProviderProtocolError);
}

TEST(CurlFailureTest, QuotesTheTextOfTlsShortenedOnOneLine) {
  const std::string text = "bad\r\n\x1b[31m" + std::string(500, 'x');
  const absl::Status status = StatusOf(
      {.code = CURLE_PEER_FAILED_VERIFICATION, .text = text, .host = "h"});
  EXPECT_EQ(GetErrorMetadata(status, "stage"), "tls");
  EXPECT_THAT(Text(status), StartsWith("h: bad???[31mxxx"));
  EXPECT_LE(Text(status).size(), 200);
}

TEST(CurlFailureTest, QuotesLibcurlNowhereElse) {
  for (int code = 1; code < CURL_LAST; ++code) {
    for (bool connected : {false, true}) {
      const absl::Status status = StatusOf({.code = static_cast<CURLcode>(code),
                                            .text = "GET /secret?key=sk-1",
                                            .host = "h",
                                            .connected = connected});
      const bool is_tls = GetErrorMetadata(status, "stage") == "tls" &&
                          code != CURLE_OPERATION_TIMEDOUT;
      if (!is_tls) EXPECT_THAT(Text(status), Not(HasSubstr("secret"))) << code;
    }
  }
}

TEST(CurlFailureTest, EveryCodeIsAnErrorThatAnotherTargetMayNotHave) {
  for (int code = 1; code < CURL_LAST; ++code) {
    const absl::Status status =
        StatusOf({.code = static_cast<CURLcode>(code), .host = "h"});
    const ErrorReason reason = ReasonOf(status);
    if (code == CURLE_URL_MALFORMAT) {
      EXPECT_EQ(reason, ErrorReason::kInvalidConfig);
    } else {
      EXPECT_TRUE(reason == ErrorReason::kProviderUnavailable ||
                  reason == ErrorReason::kProviderProtocolError)
          << code;
    }
  }
}

TEST(CurlFailureTest, ALongHeaderLineIsTheProvidersFault) {
  CurlFailure failure = {.code = CURLE_OUT_OF_MEMORY, .host = "h"};
  EXPECT_EQ(ReasonOf(StatusOf(failure)), ErrorReason::kProviderUnavailable);
  failure.connected = true;
  EXPECT_EQ(ReasonOf(StatusOf(failure)), ErrorReason::kProviderProtocolError);
}

TEST(CurlFailureTest, HasWordsForAHostWithoutAName) {
  EXPECT_EQ(Text(ProtocolError("", "is odd")), "the provider: is odd");
}

}  // namespace
}  // namespace aigateway

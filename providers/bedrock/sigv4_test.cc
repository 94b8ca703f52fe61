#include "providers/bedrock/sigv4.h"

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

// The keys, day and names of AWS's own test suite for Signature Version 4
// (aws4_testsuite, Apache-2.0), as are the signatures unless it says otherwise.
Credential SuiteKeys() {
  Credential keys;
  keys.id = "AKIDEXAMPLE";
  keys.secret = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
  return keys;
}

// The suite's moment.
absl::Time Now() {
  return absl::FromCivil(absl::CivilSecond(2015, 8, 30, 12, 36, 0),
                         absl::UTCTimeZone());
}

HttpRequest Request(absl::string_view method, absl::string_view url,
                    absl::string_view body = "") {
  HttpRequest request;
  request.method = std::string(method);
  request.url = std::string(url);
  request.body = std::string(body);
  return request;
}

std::string Sign(HttpRequest& request, const Credential& keys = SuiteKeys()) {
  SignWithSigV4(keys, "us-east-1", "service", Now(), request);
  return std::string(request.headers.Get("authorization"));
}

TEST(SigV4Test, SignsAPlainGet) {
  HttpRequest request = Request("GET", "https://example.amazonaws.com/");
  EXPECT_EQ(Sign(request),
            "AWS4-HMAC-SHA256 "
            "Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            "SignedHeaders=host;x-amz-date, Signature="
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  EXPECT_EQ(request.headers.Get("x-amz-date"), "20150830T123600Z");
  EXPECT_FALSE(request.headers.Has("x-amz-security-token"));
}

TEST(SigV4Test, SortsTheQuery) {
  HttpRequest request = Request(
      "GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1");
  EXPECT_THAT(
      Sign(request),
      EndsWith(
          "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"));
}

TEST(SigV4Test, SignsContentTypeAndBody) {
  HttpRequest request =
      Request("POST", "https://example.amazonaws.com/", "Param1=value1");
  request.headers.Add("Content-Type", " application/x-www-form-urlencoded ");
  request.headers.Add("accept", "any");
  EXPECT_THAT(
      Sign(request),
      EndsWith(
          "SignedHeaders=content-type;host;x-amz-date, Signature="
          "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"));
}

TEST(SigV4Test, SignsASessionToken) {
  Credential keys = SuiteKeys();
  keys.token = Secret(
      "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKW"
      "HGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4"
      "IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE"
      "8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yj"
      "c8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==");
  HttpRequest request = Request("POST", "https://example.amazonaws.com/");
  EXPECT_THAT(
      Sign(request, keys),
      EndsWith(
          "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"));
  EXPECT_EQ(request.headers.Get("x-amz-security-token"), keys.token.Reveal());
}

// Not of the suite: two other implementations agree on it.
TEST(SigV4Test, EncodesAnEncodedPathOnceMore) {
  HttpRequest request =
      Request("POST",
              "https://bedrock-runtime.us-east-1.amazonaws.com/model/"
              "us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse",
              R"({"messages":[{"role":"user","content":[{"text":"Hi"}]}]})");
  request.headers.Add("content-type", "application/json");
  SignWithSigV4(
      SuiteKeys(), "us-east-1", "bedrock",
      absl::FromCivil(absl::CivilDay(2026, 11, 25), absl::UTCTimeZone()),
      request);
  EXPECT_THAT(
      std::string(request.headers.Get("authorization")),
      EndsWith(
          "499536a9c1cc35cb226081e05f63b48fef1bdc98e232123df5ef78307bff9e24"));
}

TEST(SigV4Test, SignsAnew) {
  HttpRequest request = Request("GET", "https://example.amazonaws.com/");
  Credential with_token = SuiteKeys();
  with_token.token = Secret("token");
  Sign(request, with_token);
  const std::string again = Sign(request);
  EXPECT_THAT(
      again,
      EndsWith(
          "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"));
  EXPECT_EQ(request.headers.all().size(), 2U);
}

TEST(SigV4Test, LeavesAUsualPortOutOfTheHost) {
  HttpRequest usual = Request("GET", "https://example.amazonaws.com:443/");
  HttpRequest plain = Request("GET", "https://example.amazonaws.com");
  EXPECT_EQ(Sign(usual), Sign(plain));
  HttpRequest other = Request("GET", "https://example.amazonaws.com:8443/");
  EXPECT_NE(Sign(other), Sign(plain));
}

TEST(SigV4Test, FoldsBlanksInASignedHeader) {
  HttpRequest folded = Request("GET", "https://example.amazonaws.com/");
  folded.headers.Add("X-Amz-Meta", "  a   b  c ");
  HttpRequest plain = Request("GET", "https://example.amazonaws.com/");
  plain.headers.Add("x-amz-meta", "a b c");
  EXPECT_EQ(Sign(folded), Sign(plain));
  EXPECT_THAT(Sign(plain), HasSubstr("host;x-amz-date;x-amz-meta"));
}

}  // namespace
}  // namespace aigateway

#include "gateway/net/header_check.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

HttpRequest RequestWith(absl::string_view name, absl::string_view value) {
  HttpRequest request;
  request.url = "https://api.example/v1";
  request.headers.Add(name, value);
  return request;
}

absl::Status Check(absl::string_view name, absl::string_view value) {
  return CheckRequestHead(RequestWith(name, value));
}

TEST(HeaderCheckTest, LetsOrdinaryHeadersThrough) {
  EXPECT_TRUE(Check("Authorization", "Bearer sk-abc.DEF_123~").ok());
  EXPECT_TRUE(Check("x-title", "a title,\twith \"quotes\"; and {braces}").ok());
  EXPECT_TRUE(Check("x-empty", "").ok());
}

TEST(HeaderCheckTest, RefusesEveryCharacterThatAHeaderMayNotHave) {
  for (int c = 0; c < 256; ++c) {
    const bool allowed = c == '\t' || (c >= ' ' && c < 0x7F);
    const std::string value = std::string("ab") + static_cast<char>(c) + "cd";
    EXPECT_EQ(Check("x-key", value).ok(), allowed) << c;
    EXPECT_EQ(IsHeaderValue(value), allowed) << c;
  }
}

TEST(HeaderCheckTest, NamesTheHeaderAndNeverItsValue) {
  const absl::Status status =
      Check("Authorization", "Bearer sk-secret\r\nX-Evil: 1");

  EXPECT_EQ(ReasonOf(status), ErrorReason::kInvalidRequest);
  const std::string text(status.message());
  EXPECT_THAT(text, HasSubstr("Authorization"));
  EXPECT_THAT(text, Not(HasSubstr("secret")));
  EXPECT_THAT(text, Not(HasSubstr("Evil")));
  EXPECT_EQ(GetErrorMetadata(status, "header"), "Authorization");
}

TEST(HeaderCheckTest, RefusesNamesThatAreNotTokens) {
  for (const char* name :
       {"", "a b", "a:b", "a\r\nX-Evil", "a\n", "\xC3\xA9", "a(b)"}) {
    const absl::Status status = Check(name, "1");
    EXPECT_EQ(ReasonOf(status), ErrorReason::kInvalidRequest) << name;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("\n"))) << name;
  }
}

TEST(HeaderCheckTest, KeepsFramingHeadersForTheClient) {
  for (const char* name : {"Content-Length", "content-length", "CONNECTION",
                           "transfer-encoding", "Upgrade", "Expect"}) {
    EXPECT_EQ(ReasonOf(Check(name, "1")), ErrorReason::kInvalidRequest) << name;
  }
}

TEST(HeaderCheckTest, RefusesMethodsThatAreNotTokens) {
  HttpRequest request = RequestWith("a", "b");
  for (const char* method : {"", "GET /x HTTP/1.1\r\nA:", "PO ST"}) {
    request.method = method;
    EXPECT_EQ(ReasonOf(CheckRequestHead(request)),
              ErrorReason::kInvalidRequest);
  }
}

TEST(HeaderCheckTest, RefusesUrlsThatAreNotHttp) {
  HttpRequest request;
  for (const char* url :
       {"", "api.example/v1", "file:///etc/hostname", "ftp://api.example/",
        "https://", "https:///v1", "http:api.example", "https://a b/",
        "https://api.example/v1\r\nX-Evil: 1", "https://user:pw@/v1"}) {
    request.url = url;
    const absl::Status status = CheckRequestHead(request);
    EXPECT_EQ(ReasonOf(status), ErrorReason::kInvalidConfig) << url;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("pw"))) << url;
  }
  request.url = "HTTPS://user:pw@api.example:8443/v1?key=1#x";
  EXPECT_TRUE(CheckRequestHead(request).ok());
}

}  // namespace
}  // namespace aigateway

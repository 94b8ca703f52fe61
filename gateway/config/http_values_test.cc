#include "gateway/config/http_values.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using ::testing::HasSubstr;

TEST(BadBaseUrlTest, TakesUrlsThatPathsCanBeAppendedTo) {
  for (const char* url :
       {"https://api.openai.com/v1", "http://localhost:8080",
        "HTTPS://Example.COM/", "http://127.0.0.1:1/a/b",
        "http://[::1]:8080/v1", "https://my_host-1.example/v1/%7Ea",
        "http://h:65535"}) {
    EXPECT_EQ(BadBaseUrl(url), "") << url;
  }
}

TEST(BadBaseUrlTest, RefusesOthers) {
  for (const char* url : {"",
                          "api.openai.com",
                          "ftp://h",
                          "file:///etc/passwd",
                          "https://",
                          "https:///v1",
                          "https://:80",
                          "https://h:0",
                          "https://h:65536",
                          "https://h:",
                          "https://h:80a",
                          "https://h:+80",
                          "https://[::1",
                          "https://[]",
                          "https://[xyz]",
                          "https://h h/",
                          "https://h\n",
                          "https://h/v1?key=1",
                          "https://h/#a",
                          "https://h\\@evil/",
                          "https://hé/",
                          "https://h,i/",
                          "javascript:alert(1)"}) {
    EXPECT_NE(BadBaseUrl(url), "") << url;
  }
  EXPECT_NE(BadBaseUrl("https://h/" + std::string(3000, 'a')), "");
}

TEST(BadBaseUrlTest, SaysWhereCredentialsBelong) {
  EXPECT_THAT(BadBaseUrl("https://user:pass@h/v1"),
              HasSubstr("use `api_key` or `headers`"));
  EXPECT_THAT(BadBaseUrl("https://user@h"), HasSubstr("user and password"));
}

TEST(BadKeyTest, TakesVisibleAsciiOnly) {
  EXPECT_EQ(BadKey("sk-Ab_1.~/+="), "");
  for (const char* key :
       {"", "a b", "a\nb", "a\r\nX-Evil: 1", "a\tb", "caf\xc3\xa9",
        "a\xc2\xa0"
        "b",
        "\x7f"}) {
    EXPECT_NE(BadKey(key), "") << key;
  }
  EXPECT_NE(BadKey(std::string("ab\0c", 4)), "");
}

TEST(BadHeaderNameTest, TakesTokensThatAreNotOurs) {
  EXPECT_EQ(BadHeaderName("x-team"), "");
  EXPECT_EQ(BadHeaderName("Authorization"), "");
  EXPECT_EQ(BadHeaderName("OpenAI-Organization"), "");
  for (const char* name : {"", "a b", "a:", "a\n", "é", "(a)", "Host",
                           "CONTENT-LENGTH", "transfer-encoding", "TE"}) {
    EXPECT_NE(BadHeaderName(name), "") << name;
  }
  EXPECT_NE(BadHeaderName(std::string("a\0", 2)), "");
}

TEST(BadHeaderValueTest, RefusesWhatWouldEndTheLine) {
  EXPECT_EQ(BadHeaderValue("a b\tc; d=\"e\""), "");
  for (const char* value :
       {"", "  ", "a\r\nb: c", "a\nb", "a\rb", "\xc3\xa9"}) {
    EXPECT_NE(BadHeaderValue(value), "") << value;
  }
  EXPECT_NE(BadHeaderValue(std::string("a\0b", 3)), "");
}

}  // namespace
}  // namespace aigateway

#include "providers/base_url.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(BaseUrlTest, AppendsTheRestOfTheUsualPath) {
  const struct {
    absl::string_view url;
    absl::string_view usual;
    const char* complete;
  } cases[] = {
      {"https://h", "/v1", "https://h/v1"},
      {"https://h/", "/v1", "https://h/v1"},
      {"https://h/v1", "/v1", "https://h/v1"},
      {"https://h//v1//", "/v1", "https://h/v1"},
      {" https://h/v1\n", "/v1", "https://h/v1"},
      {"http://h:8000", "/v1", "http://h:8000/v1"},
      {"HTTPS://h", "/v1", "HTTPS://h/v1"},
      {"http://[::1]:8000", "/v1", "http://[::1]:8000/v1"},
      {"https://h/openai", "/openai/v1", "https://h/openai/v1"},
      {"https://h", "/openai/v1", "https://h/openai/v1"},
      {"https://h", "", "https://h"},
      {"https://h/accounts/a1", "/accounts/{account}/ai/v1",
       "https://h/accounts/a1/ai/v1"},
  };
  for (const auto& each : cases) {
    EXPECT_THAT(CompleteBaseUrl(each.url, each.usual),
                IsOkAndHolds(std::string(each.complete)))
        << each.url;
  }
}

TEST(BaseUrlTest, TakesAnyOtherPathAsItIs) {
  EXPECT_THAT(CompleteBaseUrl("https://h/v2", "/v1"),
              IsOkAndHolds(std::string("https://h/v2")));
  EXPECT_THAT(CompleteBaseUrl("https://h/proxy/v1/", "/v1"),
              IsOkAndHolds(std::string("https://h/proxy/v1")));
  EXPECT_THAT(CompleteBaseUrl("https://h/v1/more", "/v1"),
              IsOkAndHolds(std::string("https://h/v1/more")));
  EXPECT_THAT(CompleteBaseUrl("https://h/V1", "/v1"),
              IsOkAndHolds(std::string("https://h/V1")));
}

TEST(BaseUrlTest, NeedsThePathThatNobodyElseKnows) {
  EXPECT_THAT(CompleteBaseUrl("https://h/accounts", "/accounts/{account}/ai"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("/accounts/{account}/ai")));
}

TEST(BaseUrlTest, RefusesWhatIsNoBaseUrlAndDoesNotQuoteIt) {
  for (absl::string_view url :
       {"", "secret", "ftp://secret", "//secret", "https:/secret", "https://",
        "https:///secret", "https://:8000/secret", "https://u:secret@h/v1",
        "https://secret@h", "https://h?key=secret", "https://h/v1#secret",
        "https://h/a secret", "https://h/\nsecret", "https://h/\xc3\xa9secret",
        "https://h/sec\x7fret"}) {
    const absl::Status status = CompleteBaseUrl(url, "/v1").status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument)) << url;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("secret")));
  }
}

TEST(BaseUrlTest, TakesAUrlApart) {
  EXPECT_EQ(UrlPath("https://h:8000/a/b"), "/a/b");
  EXPECT_EQ(UrlOrigin("https://h:8000/a/b"), "https://h:8000");
  EXPECT_EQ(UrlPath("https://h"), "");
  EXPECT_EQ(UrlOrigin("https://h"), "https://h");
  EXPECT_EQ(UrlPath(""), "");
  EXPECT_EQ(UrlOrigin(""), "");
}

TEST(BaseUrlTest, EscapesAStepSoThatItStaysOne) {
  EXPECT_EQ(EscapePathStep("gpt-4.1_a~B9"), "gpt-4.1_a~B9");
  EXPECT_EQ(EscapePathStep("a/b?c#d%e f&g=h+"),
            "a%2Fb%3Fc%23d%25e%20f%26g%3Dh%2B");
  EXPECT_EQ(EscapePathStep("é\r\n"), "%C3%A9%0D%0A");
  EXPECT_EQ(EscapePathStep(absl::string_view("\0", 1)), "%00");
}

}  // namespace
}  // namespace aigateway

#include "providers/redactor.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/secret.h"
#include "providers/credential_source.h"

namespace aigateway {
namespace {

using testing::HasSubstr;
using testing::Not;

// Looks like no vendor's key, so that only knowing it can take it out.
constexpr absl::string_view kKey = "plain/Key?of+mine";

// What was fetched is what a test lays down.
class FakeSource final : public CredentialSource {
 public:
  Task<absl::Status> Authorize(Scope& scope, const Env& env,
                               Background* background,
                               HttpRequest& request) override {
    co_return absl::OkStatus();
  }
  void OnRefused(const Env& env, const HttpRequest& request) override {}
  std::string identity() const override { return "fake"; }
  std::shared_ptr<CredentialCache> cache() const override { return nullptr; }
  void ShareCache(std::shared_ptr<CredentialCache> cache) override {}
  std::vector<Secret> secrets() const override { return fetched; }

  std::vector<Secret> fetched;
};

Redactor WithKey(absl::string_view key) {
  config::v1::ProviderConfig config;
  config.set_api_key(std::string(key));
  return Redactor(config);
}

TEST(RedactorTest, TakesOutTheKeysOfTheInstance) {
  config::v1::ProviderConfig config;
  config.set_api_key("first-of-them");
  config.add_api_keys("second-of-them");
  EXPECT_EQ(Redactor(config).Clean("no first-of-them, no second-of-them!"),
            "no [redacted], no [redacted]!");
}

TEST(RedactorTest, TakesOutAKeyThatIsPercentEncoded) {
  EXPECT_EQ(WithKey(kKey).Clean("GET /v1?k=plain%2FKey%3Fof%2Bmine failed"),
            "GET /v1?k=[redacted] failed");
}

TEST(RedactorTest, TakesOutAKeyInBase64) {
  std::string base64;
  absl::Base64Escape(kKey, &base64);
  EXPECT_THAT(WithKey(kKey).Clean(absl::StrCat("got ", base64)),
              Not(HasSubstr(base64.substr(0, 20))));
  std::string web;
  absl::WebSafeBase64Escape(kKey, &web);
  EXPECT_THAT(WithKey(kKey).Clean(absl::StrCat("got ", web)),
              Not(HasSubstr(web.substr(0, 20))));
}

TEST(RedactorTest, TakesOutTheWholeOfAKeyThatBeginsLikeAnother) {
  config::v1::ProviderConfig config;
  config.add_api_keys("shared-start");
  config.add_api_keys("shared-start-and-end");
  EXPECT_EQ(Redactor(config).Clean("key shared-start-and-end"),
            "key [redacted]");
}

TEST(RedactorTest, TakesOutWhatWasFetchedMeanwhile) {
  FakeSource source;
  const Redactor redactor = WithKey("own-key-of-it").With(&source);
  EXPECT_EQ(redactor.Clean("no opaque-token-1"), "no opaque-token-1");
  source.fetched = {Secret("opaque-token-1"), Secret("opaque-token-1/2")};
  EXPECT_EQ(redactor.Clean("no own-key-of-it, opaque-token-1, "
                           "opaque-token-1/2 or opaque-token-1%2F2"),
            "no [redacted], [redacted], [redacted] or [redacted]");
  source.fetched = {};
  EXPECT_EQ(redactor.Clean("no opaque-token-1"), "no opaque-token-1");
}

TEST(RedactorTest, TakesOutTheBeginningOfWhatWasFetchedWhereATextIsCut) {
  FakeSource source;
  source.fetched = {Secret(absl::StrCat("opaque", std::string(2000, 'x')))};
  const Redactor redactor = Redactor().With(&source);
  const std::string token(source.fetched[0].Reveal());
  for (const size_t size : {12, 100, 2005}) {
    EXPECT_EQ(redactor.Clean(absl::StrCat("no ", token.substr(0, size))),
              "no [redacted]");
  }
  EXPECT_EQ(redactor.Clean(token.substr(0, 100)), "[redacted]");
  EXPECT_EQ(redactor.Clean("it is opaque"), "it is opaque");
  EXPECT_EQ(redactor.Clean(""), "");
}

TEST(RedactorTest, TakesOutSecretsThatItIsTold) {
  EXPECT_EQ(Redactor(std::vector<Secret>{Secret("opaque-1"), Secret("opaque-2"),
                                         Secret()})
                .Clean("neither opaque-1 nor opaque-2"),
            "neither [redacted] nor [redacted]");
}

TEST(RedactorTest, TakesOutTheValuesOfHeadersAndTheirWords) {
  config::v1::ProviderConfig config;
  (*config.mutable_headers())["X-Team"] = "Scheme word-of-entry";
  EXPECT_EQ(Redactor(config).Clean("bad Scheme word-of-entry"),
            "bad [redacted]");
  EXPECT_EQ(Redactor(config).Clean("bad word-of-entry"), "bad [redacted]");
}

TEST(RedactorTest, TakesOutUserAndPasswordOfTheUrl) {
  config::v1::ProviderConfig config;
  config.set_base_url("https://someuser:somepass@host.example/v1");
  EXPECT_EQ(Redactor(config).Clean("someuser has somepass"),
            "[redacted] has [redacted]");
}

TEST(RedactorTest, TakesOutTheCredentialOfTheCall) {
  EXPECT_EQ(Redactor().Clean("for cloudtoken1 only", "cloudtoken1"),
            "for [redacted] only");
}

TEST(RedactorTest, TakesOutWhatLooksLikeAVendorsKey) {
  for (const char* key :
       {"sk-proj-abcDEF123456", "sk-ant-api03-abcdefgh", "gsk_abcdefgh1234",
        "AIzaSyA1234567890abcdefghij", "xai-abcdefghijkl1234",
        "AKIAABCDEFGHIJKLMNOP", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc"}) {
    EXPECT_EQ(Redactor().Clean(absl::StrCat("Incorrect key: ", key, ".")),
              "Incorrect key: [redacted].");
  }
}

TEST(RedactorTest, TakesOutAKeyWhoseMiddleIsMasked) {
  EXPECT_EQ(Redactor().Clean("Incorrect API key provided: sk-abc******wxyz."),
            "Incorrect API key provided: [redacted].");
}

TEST(RedactorTest, TakesOutWhatStandsBehindTheNameOfACredential) {
  EXPECT_EQ(Redactor().Clean("Authorization: Bearer abcdefgh12345678 refused"),
            "Authorization: Bearer [redacted] refused");
  EXPECT_EQ(Redactor().Clean("/models?key=abcdefgh12345678&x=1"),
            "/models?key=[redacted]&x=1");
}

TEST(RedactorTest, LeavesWordsThatAreNoCredential) {
  for (const char* text :
       {"Bearer token is missing", "task-force-of-many-words", "sk-1",
        "the keyword stays", "temperature=0.5", ""}) {
    EXPECT_EQ(Redactor().Clean(text), text);
  }
}

TEST(RedactorTest, LeavesWordsThatAreAVeryShortKey) {
  EXPECT_EQ(WithKey("test").Clean("this is a test"), "this is a test");
}

}  // namespace
}  // namespace aigateway

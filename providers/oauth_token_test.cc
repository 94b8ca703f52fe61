#include "providers/oauth_token.h"

#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/token_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

class OAuthTokenTest : public TokenFixture {
 protected:
  absl::StatusOr<Credential> Ask() {
    TokenQuestion question;
    question.request.url = "https://login.example/token";
    question.request.body = "client_secret=hunter2hunter2";
    question.what = "the client abc";
    question.secrets = {Secret("hunter2hunter2"), Secret("plain-refresh")};
    return RunToEnd(loop_, timers_,
                    FetchOAuthToken(scope_, env_, std::move(question)));
  }
  absl::Time ExpiryOf(absl::string_view body) {
    http_.EnqueueJson(200, body);
    const auto credential = Ask();
    EXPECT_THAT(credential, IsOk()) << body;
    return credential.ok() ? credential->expiry : absl::InfinitePast();
  }
};

TEST_F(OAuthTokenTest, ReadsATokenAndHowLongItLives) {
  http_.EnqueueJson(200, kTokenJson);
  const absl::Time now = timers_.Now();
  const auto credential = Ask();
  ASSERT_THAT(credential, IsOk());
  EXPECT_EQ(credential->token.Reveal(), "ya29.token");
  EXPECT_EQ(credential->expiry, now + absl::Seconds(3599));
  EXPECT_EQ(http_.requests()[0].body, "client_secret=hunter2hunter2");
}

TEST_F(OAuthTokenTest, ReadsALifeThatIsATextOrMissingOrAbsurd) {
  const absl::Time now = timers_.Now();
  EXPECT_EQ(ExpiryOf(R"({"access_token":"t","expires_in":"60"})"),
            now + absl::Minutes(1));
  EXPECT_EQ(ExpiryOf(R"({"access_token":"t"})"), now + absl::Minutes(5));
  EXPECT_EQ(ExpiryOf(R"({"access_token":"t","expires_in":9000000000000000})"),
            now + absl::Hours(24));
}

TEST_F(OAuthTokenTest, SaysWhatTheEndpointSaidAndNoSecret) {
  http_.EnqueueJson(400, R"({"error":"invalid_grant",)"
                         R"("error_description":"hunter2hunter2 is wrong, )"
                         R"(plain-refresh too"})");
  const absl::Status status = Ask().status();
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("the client abc: status 400: invalid_grant"));
  EXPECT_THAT(std::string(status.message()),
              Not(AnyOf(HasSubstr("hunter2"), HasSubstr("plain"))));
}

TEST_F(OAuthTokenTest, TakesNothingThatIsNoToken) {
  for (const char* body :
       {"", "<html>", "[]", "{}", R"({"access_token":""})",
        R"({"access_token":"a\nb"})", R"({"access_token":7})",
        R"({"access_token":"t","token_type":"mac"})",
        R"({"access_token":"t")"}) {
    http_.EnqueueJson(200, body);
    EXPECT_THAT(Ask().status(), HasReason(ErrorReason::kProviderAuthFailed))
        << body;
  }
  http_.EnqueueJson(503, "<html>");
  EXPECT_THAT(Ask().status(), HasReason(ErrorReason::kProviderAuthFailed));
  // Nobody answers.
  EXPECT_THAT(Ask().status(), HasReason(ErrorReason::kProviderAuthFailed));
}

TEST_F(OAuthTokenTest, EncodesFieldsOfAForm) {
  EXPECT_EQ(FormField("scope", "https://a/.default b"),
            "scope=https%3A%2F%2Fa%2F.default%20b");
}

}  // namespace
}  // namespace aigateway

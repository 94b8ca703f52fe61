#include "providers/bedrock/aws_web_identity.h"

#include <map>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/bedrock/aws_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class AwsWebIdentityTest : public AwsFixture {
 protected:
  AwsWebIdentityTest() {
    settings_.region = "eu-west-1";
    settings_.web_identity_token_file = "/var/token";
    settings_.role_arn = "arn:aws:iam::1:role/r";
  }

  absl::StatusOr<Credential> Assume() {
    const FixedSecrets files({}, files_);
    return Fetch(*NewAwsWebIdentity(settings_, &files));
  }

  AwsSettings settings_;
  std::map<std::string, std::string> files_ = {{"/var/token", "ey.J+\n"}};
};

TEST_F(AwsWebIdentityTest, AsksTheRegionsStsForTheRole) {
  http_.EnqueueJson(200,
                    "<R><Credentials><AccessKeyId>ASIA1</AccessKeyId>"
                    "<SecretAccessKey>s</SecretAccessKey>"
                    "<SessionToken>t</SessionToken>"
                    "<Expiration>2026-11-30T13:00:00Z</Expiration>"
                    "</Credentials></R>");
  const auto keys = Assume();
  ASSERT_THAT(keys, IsOk());
  EXPECT_EQ(keys->id, "ASIA1");
  ASSERT_EQ(http_.requests().size(), 1U);
  const HttpRequest& request = http_.requests()[0];
  EXPECT_EQ(request.url, "https://sts.eu-west-1.amazonaws.com/");
  EXPECT_EQ(request.body,
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15"
            "&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr"
            "&RoleSessionName=aigateway&WebIdentityToken=ey.J%2B");
}

TEST_F(AwsWebIdentityTest, SaysWhatStsSaidWithoutTheToken) {
  files_ = {{"/var/token", "opaque/identity+token\n"}};
  http_.EnqueueJson(400,
                    "<ErrorResponse><Error><Code>ExpiredTokenException</Code>"
                    "<Message>Token opaque/identity+token expired</Message>"
                    "</Error></ErrorResponse>");
  const absl::Status status = Assume().status();
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_THAT(
      std::string(status.message()),
      AllOf(HasSubstr("ExpiredTokenException Token [redacted] expired"),
            HasSubstr("arn:aws:iam::1:role/r"), Not(HasSubstr("opaque"))));
}

TEST_F(AwsWebIdentityTest, SaysThatTheTokenCannotBeRead) {
  settings_.web_identity_token_file = "/gone";
  const absl::Status status = Assume().status();
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_THAT(std::string(status.message()), HasSubstr("/gone"));
  EXPECT_TRUE(http_.requests().empty());
}

TEST_F(AwsWebIdentityTest, SaysThatStsDoesNotAnswer) {
  EXPECT_THAT(Assume().status(), HasReason(ErrorReason::kProviderAuthFailed));
}

}  // namespace
}  // namespace aigateway

#include "providers/bedrock/aws_profile.h"

#include <map>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/bedrock/aws_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::HasSubstr;

class AwsProfileTest : public AwsFixture {
 protected:
  absl::StatusOr<Credential> Read(const std::string& credentials,
                                  const std::string& config,
                                  const std::string& profile) {
    std::map<std::string, std::string> files;
    if (!credentials.empty()) files["/h/.aws/credentials"] = credentials;
    if (!config.empty()) files["/h/.aws/config"] = config;
    const FixedSecrets source({}, files);
    AwsSettings settings;
    settings.home = "/h";
    settings.profile = profile;
    return Fetch(*NewAwsProfile(settings, &source));
  }
};

TEST_F(AwsProfileTest, ReadsAProfileAmongOthers) {
  const auto keys = Read(
      "# ours\r\n[default]\r\naws_access_key_id=AKIA0\r\n"
      "aws_secret_access_key=s0\r\n\r\n[work]\r\n"
      "AWS_ACCESS_KEY_ID = AKIA1 # the first\r\n"
      "aws_secret_access_key = s1\r\naws_session_token = t1\r\n"
      "s3 =\r\n  aws_access_key_id = no\r\n[other]\r\naws_access_key_id = "
      "no\r\n",
      "", "work");
  ASSERT_THAT(keys, IsOk());
  EXPECT_EQ(keys->id, "AKIA1");
  EXPECT_EQ(keys->secret.Reveal(), "s1");
  EXPECT_EQ(keys->token.Reveal(), "t1");
}

TEST_F(AwsProfileTest, ReadsTheConfigFileAfterTheCredentials) {
  const std::string config =
      "[profile work]\naws_access_key_id=AKIA2\naws_secret_access_key=s2\n";
  EXPECT_EQ(Read("", config, "work")->id, "AKIA2");
  EXPECT_EQ(Read("[work]\naws_access_key_id=AKIA1\naws_secret_access_key=s1",
                 config, "work")
                ->id,
            "AKIA1");
}

TEST_F(AwsProfileTest, LetsTheSearchGoOnWithoutADefault) {
  EXPECT_EQ(Read("", "", "").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Read("[default]\nregion=x", "", "").status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(
      Read("[default]\naws_access_key_id=A\naws_secret_access_key=s", "", "")
          ->id,
      "A");
}

TEST_F(AwsProfileTest, SaysWhatIsMissingOfAProfileThatIsNamed) {
  const absl::Status status = Read("[a]\n", "", "work").status();
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("'work' has no keys in /h/.aws/credentials"));
}

TEST_F(AwsProfileTest, SaysWhatItDoesNotDo) {
  const absl::Status status =
      Read("", "[default]\nsso_session = x\n", "").status();
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_THAT(std::string(status.message()), HasSubstr("sso_session"));
}

TEST_F(AwsProfileTest, RefusesKeysThatFitIntoNoHeader) {
  EXPECT_THAT(Read("[default]\naws_access_key_id=A\x01\n"
                   "aws_secret_access_key=s",
                   "", "")
                  .status(),
              HasReason(ErrorReason::kProviderAuthFailed));
}

}  // namespace
}  // namespace aigateway

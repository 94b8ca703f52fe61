#include "providers/bedrock/aws_chain.h"

#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/bedrock/aws_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class AwsChainTest : public AwsFixture {
 protected:
  absl::StatusOr<Credential> Ask() {
    return Fetch(*NewAwsChain(settings_, &files_));
  }

  AwsSettings settings_;
  FixedSecrets files_{{},
                      {{"/credentials",
                        "[p]\naws_access_key_id=AKIAP\n"
                        "aws_secret_access_key=s"}}};
};

TEST_F(AwsChainTest, TakesKeysBeforeAllElse) {
  settings_.access_key_id = "AKIA1";
  settings_.secret_access_key = Secret("s");
  settings_.session_token = Secret("t");
  settings_.profile = "p";
  const auto keys = Ask();
  EXPECT_EQ(keys->id, "AKIA1");
  EXPECT_EQ(keys->token.Reveal(), "t");
  EXPECT_EQ(keys->expiry, absl::InfiniteFuture());
}

TEST_F(AwsChainTest, TakesAProfileThatIsNamed) {
  settings_.credentials_file = "/credentials";
  settings_.profile = "p";
  EXPECT_EQ(Ask()->id, "AKIAP");
  settings_.profile = "q";
  EXPECT_THAT(Ask().status(), HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_TRUE(http_.requests().empty());
}

TEST_F(AwsChainTest, AsksContainerThenInstance) {
  http_.EnqueueJson(200, "session");
  http_.EnqueueJson(200, "role");
  http_.EnqueueJson(200, kAwsKeysJson);
  EXPECT_EQ(Ask()->id, "ASIAONE");
  EXPECT_EQ(http_.requests().size(), 3U);
  settings_.container_credentials_relative_uri = "/c";
  http_.EnqueueJson(200, kAwsKeysJson);
  EXPECT_EQ(Ask()->id, "ASIAONE");
  EXPECT_EQ(http_.requests().size(), 4U);
}

TEST_F(AwsChainTest, SaysWhatWasTriedAndWhatToDo) {
  settings_.home = "/h";
  const absl::Status status = Ask().status();
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("/h/.aws/credentials"), HasSubstr("container"),
                    HasSubstr("169.254.169.254"),
                    HasSubstr("AWS_BEARER_TOKEN_BEDROCK")));
}

TEST_F(AwsChainTest, KnowsWhoseKeysTheyAreBySettingsAndByWhatFilesSay) {
  const auto identity = [this] {
    return NewAwsChain(settings_, &files_)->identity();
  };
  std::vector<std::string> identities = {identity()};
  EXPECT_EQ(identity(), identities[0]);
  // For any region they are the same.
  settings_.region = "us-east-1";
  EXPECT_EQ(identity(), identities[0]);

  settings_.ec2_metadata_service_endpoint = "http://metadata.example";
  identities.push_back(identity());
  settings_.ec2_metadata_disabled = true;
  identities.push_back(identity());
  settings_.container_credentials_relative_uri = "/role";
  identities.push_back(identity());
  settings_.container_authorization_token = Secret("hush");
  identities.push_back(identity());
  settings_.credentials_file = "/credentials";
  identities.push_back(identity());
  settings_.profile = "p";
  identities.push_back(identity());
  const FixedSecrets changed({}, {{"/credentials", "[p]"}});
  identities.push_back(NewAwsChain(settings_, &changed)->identity());
  settings_.web_identity_token_file = "/token";
  settings_.role_arn = "arn:aws:iam::1:role/one";
  identities.push_back(identity());
  const FixedSecrets renewed({}, {{"/token", "another"}});
  EXPECT_EQ(NewAwsChain(settings_, &renewed)->identity(), identities.back());
  settings_.role_arn = "arn:aws:iam::1:role/two";
  identities.push_back(identity());
  settings_.access_key_id = "AKIA1";
  settings_.secret_access_key = Secret("s");
  identities.push_back(identity());
  settings_.secret_access_key = Secret("t");
  identities.push_back(identity());
  settings_.session_token = Secret("t");
  identities.push_back(identity());
  EXPECT_EQ(std::set<std::string>(identities.begin(), identities.end()).size(),
            identities.size());
}

}  // namespace
}  // namespace aigateway

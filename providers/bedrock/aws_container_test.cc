#include "providers/bedrock/aws_container.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/bedrock/aws_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

class AwsContainerTest : public AwsFixture {
 protected:
  absl::StatusOr<Credential> Ask() {
    return Fetch(*NewAwsContainer(settings_, &files_));
  }

  AwsSettings settings_;
  FixedSecrets files_{{}, {{"/var/token", "from-file\n"}, {"/bad", "a\nb"}}};
};

TEST_F(AwsContainerTest, AsksTheRelativeUriAtItsAddress) {
  settings_.container_credentials_relative_uri = "/v2/credentials/id";
  http_.EnqueueJson(200, kAwsKeysJson);
  EXPECT_EQ(Ask()->id, "ASIAONE");
  EXPECT_EQ(http_.requests()[0].url, "http://169.254.170.2/v2/credentials/id");
  EXPECT_FALSE(http_.requests()[0].headers.Has("authorization"));
}

TEST_F(AwsContainerTest, SendsTheTokenAnewFromItsFile) {
  settings_.container_credentials_full_uri =
      "http://169.254.170.23/v1/credentials";
  settings_.container_authorization_token = Secret("fixed");
  settings_.container_authorization_token_file = "/var/token";
  http_.EnqueueJson(200, kAwsKeysJson);
  EXPECT_EQ(Ask()->id, "ASIAONE");
  EXPECT_EQ(http_.requests()[0].headers.Get("authorization"), "from-file");
  settings_.container_authorization_token_file = "/bad";
  EXPECT_THAT(Ask().status(), HasReason(ErrorReason::kProviderAuthFailed));
}

TEST_F(AwsContainerTest, AsksNoOtherHost) {
  for (const char* allowed :
       {"http://localhost:8080/c", "http://127.0.0.1/c", "http://[::1]:1/c",
        "https://127.0.0.1:443/c", "http://[fd00:ec2::23]/c"}) {
    settings_.container_credentials_full_uri = allowed;
    http_.EnqueueJson(200, kAwsKeysJson);
    EXPECT_THAT(Ask(), IsOk()) << allowed;
  }
  for (const char* refused :
       {"http://169.254.170.2.example/c", "http://example.com/c",
        "http://127.0.0.1@example.com/c", "http://example.com\\@127.0.0.1/c",
        "http://localhost.example/", "file:///c", "127.0.0.1/c",
        "http://example.com?127.0.0.1"}) {
    settings_.container_credentials_full_uri = refused;
    EXPECT_THAT(Ask().status(), HasReason(ErrorReason::kProviderAuthFailed))
        << refused;
  }
  EXPECT_EQ(http_.requests().size(), 5U);
}

TEST_F(AwsContainerTest, LetsTheSearchGoOnWithoutAUri) {
  EXPECT_EQ(Ask().status().code(), absl::StatusCode::kNotFound);
}

TEST_F(AwsContainerTest, BreaksOffWhereTheServiceRefuses) {
  settings_.container_credentials_relative_uri = "/x";
  http_.EnqueueJson(403, "no");
  EXPECT_THAT(Ask().status(), HasReason(ErrorReason::kProviderAuthFailed));
  http_.EnqueueJson(200, "<html>");
  EXPECT_THAT(Ask().status(), HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_THAT(Ask().status(), HasReason(ErrorReason::kProviderAuthFailed));
}

}  // namespace
}  // namespace aigateway

#include "providers/bedrock/aws_instance.h"

#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/bedrock/aws_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

class AwsInstanceTest : public AwsFixture {
 protected:
  absl::StatusOr<Credential> Ask() { return Fetch(*NewAwsInstance(settings_)); }

  AwsSettings settings_;
};

TEST_F(AwsInstanceTest, AsksForASessionARoleAndItsKeys) {
  http_.EnqueueJson(200, "session");
  http_.EnqueueJson(200, "my-role\nanother\n");
  http_.EnqueueJson(200, kAwsKeysJson);
  const auto keys = Ask();
  ASSERT_THAT(keys, IsOk());
  EXPECT_EQ(keys->id, "ASIAONE");
  ASSERT_EQ(http_.requests().size(), 3U);
  EXPECT_EQ(http_.requests()[0].method, "PUT");
  EXPECT_EQ(http_.requests()[0].url, "http://169.254.169.254/latest/api/token");
  EXPECT_EQ(
      http_.requests()[0].headers.Get("X-aws-ec2-metadata-token-ttl-seconds"),
      "21600");
  EXPECT_EQ(http_.requests()[2].url,
            "http://169.254.169.254/latest/meta-data/iam/"
            "security-credentials/my-role");
  EXPECT_EQ(http_.requests()[2].headers.Get("X-aws-ec2-metadata-token"),
            "session");
}

TEST_F(AwsInstanceTest, LetsTheSearchGoOnWhereThereIsNoInstance) {
  EXPECT_EQ(Ask().status().code(), absl::StatusCode::kNotFound);
  SimulatedAnswer silence;
  silence.has_head = false;
  silence.ending = SimulatedAnswer::Ending::kSilence;
  http_.Enqueue(std::move(silence));
  const absl::Time begin = timers_.Now();
  EXPECT_EQ(Ask().status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(timers_.Now() - begin, absl::Seconds(2));
  settings_.ec2_metadata_disabled = true;
  EXPECT_EQ(Ask().status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(http_.requests().size(), 2U);
}

TEST_F(AwsInstanceTest, LetsTheSearchGoOnWithoutARole) {
  http_.EnqueueJson(200, "session");
  http_.EnqueueJson(404, "");
  EXPECT_EQ(Ask().status().code(), absl::StatusCode::kNotFound);
}

TEST_F(AwsInstanceTest, TrustsNothingThatItIsTold) {
  http_.EnqueueJson(200, "two\r\nlines: x");
  EXPECT_EQ(Ask().status().code(), absl::StatusCode::kNotFound);
  http_.EnqueueJson(200, "session");
  http_.EnqueueJson(200, "../../user-data");
  EXPECT_THAT(Ask().status(), HasReason(ErrorReason::kProviderAuthFailed));
  http_.EnqueueJson(200, "session");
  http_.EnqueueJson(200, "role");
  http_.EnqueueJson(500, "broken");
  EXPECT_THAT(Ask().status(), HasReason(ErrorReason::kProviderAuthFailed));
}

}  // namespace
}  // namespace aigateway

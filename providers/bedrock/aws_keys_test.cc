#include "providers/bedrock/aws_keys.h"

#include <string>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::HasSubstr;

constexpr char kSts[] = R"(<AssumeRoleWithWebIdentityResponse xmlns="x">
  <AssumeRoleWithWebIdentityResult>
    <AssumedRoleUser><Arn>arn</Arn></AssumedRoleUser>
    <Credentials>
      <SessionToken>tok+en/==</SessionToken>
      <SecretAccessKey>se/cret</SecretAccessKey>
      <Expiration>2026-11-30T13:00:00Z</Expiration>
      <AccessKeyId>ASIA1</AccessKeyId>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>)";

TEST(AwsKeysTest, ReadsKeysAndTheirExpiry) {
  const auto keys =
      ReadAwsKeys(R"({"AccessKeyId":"ASIA1","SecretAccessKey":"s","Token":"t",)"
                  R"("Expiration":"2026-11-30T13:00:00Z","RoleArn":"r"})");
  ASSERT_THAT(keys, IsOk());
  EXPECT_EQ(keys->id, "ASIA1");
  EXPECT_EQ(keys->secret.Reveal(), "s");
  EXPECT_EQ(keys->token.Reveal(), "t");
  EXPECT_EQ(absl::FormatTime("%H:%M", keys->expiry, absl::UTCTimeZone()),
            "13:00");
}

TEST(AwsKeysTest, RefusesWhatIsNoPairOfKeys) {
  for (absl::string_view json :
       {"", "[]", "null", "<html>", R"({"AccessKeyId":"A"})",
        R"({"AccessKeyId":"A\r\nx: y","SecretAccessKey":"s"})",
        R"({"AccessKeyId":"A","SecretAccessKey":"s","Token":"t t"})",
        R"({"AccessKeyId":"A","SecretAccessKey":"s","Expiration":"soon"})"}) {
    EXPECT_FALSE(ReadAwsKeys(json).ok()) << json;
  }
  const auto failed =
      ReadAwsKeys(R"({"Code":"AssumeRoleUnauthorizedAccess","Message":"m"})");
  EXPECT_THAT(std::string(failed.status().message()),
              HasSubstr("AssumeRoleUnauthorizedAccess"));
}

TEST(AwsKeysTest, ReadsWhatStsAnswers) {
  const auto keys = ReadStsKeys(kSts);
  ASSERT_THAT(keys, IsOk());
  EXPECT_EQ(keys->id, "ASIA1");
  EXPECT_EQ(keys->secret.Reveal(), "se/cret");
  EXPECT_EQ(keys->token.Reveal(), "tok+en/==");
  EXPECT_NE(keys->expiry, absl::InfiniteFuture());
}

TEST(AwsKeysTest, RefusesAnAnswerOfStsThatIsCut) {
  const absl::string_view whole = kSts;
  for (size_t size = 0; size < whole.find("</Acc"); ++size) {
    EXPECT_FALSE(ReadStsKeys(whole.substr(0, size)).ok()) << size;
  }
}

TEST(AwsKeysTest, SaysWhatToDoAndNoMoreThanFits) {
  const absl::Status status = NoAwsCredentials(std::string(5000, 'x'));
  EXPECT_THAT(std::string(status.message()), HasSubstr("Set api_key"));
  EXPECT_LT(status.message().size(), 2000U);
}

}  // namespace
}  // namespace aigateway

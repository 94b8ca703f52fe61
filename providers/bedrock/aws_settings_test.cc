#include "providers/bedrock/aws_settings.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class AwsSettingsTest : public testing::Test {
 protected:
  AwsSettings Read(std::vector<std::pair<std::string, std::string>> options) {
    google::protobuf::Struct fields;
    for (const auto& [name, value] : options) {
      (*fields.mutable_fields())[name].set_string_value(value);
    }
    return Read(fields);
  }
  AwsSettings Read(const google::protobuf::Struct& fields) {
    std::vector<FieldViolation> faults;
    AwsSettings settings = ReadAwsSettings(fields, &faults);
    faults_.clear();
    for (const FieldViolation& fault : faults) faults_.push_back(fault.field);
    return settings;
  }

  std::vector<std::string> faults_;  // Their fields.
};

TEST_F(AwsSettingsTest, ReadsWhatTheyAre) {
  const AwsSettings settings = Read({{"region", " eu-central-1\n"},
                                     {"access_key_id", "AKIDEXAMPLE"},
                                     {"secret_access_key", "secret"},
                                     {"session_token", "token"},
                                     {"ec2_metadata_disabled", "TRUE"}});
  EXPECT_THAT(faults_, IsEmpty());
  EXPECT_EQ(settings.region, "eu-central-1");
  EXPECT_EQ(settings.access_key_id, "AKIDEXAMPLE");
  EXPECT_EQ(settings.secret_access_key.Reveal(), "secret");
  EXPECT_EQ(settings.session_token.Reveal(), "token");
  EXPECT_TRUE(settings.ec2_metadata_disabled);
}

TEST_F(AwsSettingsTest, TakesAFlagAsAFlag) {
  google::protobuf::Struct fields;
  (*fields.mutable_fields())["ec2_metadata_disabled"].set_bool_value(true);
  EXPECT_TRUE(Read(fields).ec2_metadata_disabled);
  EXPECT_THAT(faults_, IsEmpty());
}

TEST_F(AwsSettingsTest, SaysAllThatIsWrong) {
  Read({{"region", "us-east-1.evil.example/"},
        {"access_key_id", "AKID"},
        {"web_identity_token_file", "/token"},
        {"session_token", "two\nlines"},
        {"acces_key", "x"}});
  EXPECT_THAT(faults_,
              ElementsAre("options.acces_key", "options.session_token",
                          "options.region", "options.secret_access_key",
                          "options.role_arn"));
  Read({{"default_region", "US East"}});
  EXPECT_THAT(faults_, ElementsAre("options.default_region"));
  // It does not count beside another.
  Read({{"default_region", "US East"}, {"region", "us-east-1"}});
  EXPECT_THAT(faults_, IsEmpty());
  google::protobuf::Struct fields;
  (*fields.mutable_fields())["region"].set_number_value(1);
  Read(fields);
  EXPECT_THAT(faults_, ElementsAre("options.region"));
}

TEST_F(AwsSettingsTest, LeavesTheRegionItselfToTheConfig) {
  for (const auto& group : AwsOptionVariables()) {
    for (const auto& row : group.rows) EXPECT_NE(row.first, "region");
  }
}

TEST_F(AwsSettingsTest, KnowsEveryOptionThatTheEnvironmentFillsIn) {
  std::vector<std::pair<std::string, std::string>> options;
  for (const auto& group : AwsOptionVariables()) {
    for (const auto& row : group.rows) options.emplace_back(row.first, "x");
  }
  Read(options);
  EXPECT_THAT(faults_, IsEmpty());
}

}  // namespace
}  // namespace aigateway

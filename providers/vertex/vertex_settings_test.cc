#include "providers/vertex/vertex_settings.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class VertexSettingsTest : public testing::Test {
 protected:
  void Set(const std::string& name, const std::string& value) {
    (*options_.mutable_fields())[name].set_string_value(value);
  }
  std::vector<std::string> Faults() {
    std::vector<FieldViolation> faults;
    settings_ = ReadVertexSettings(options_, &faults);
    std::vector<std::string> fields;
    for (const FieldViolation& fault : faults) fields.push_back(fault.field);
    return fields;
  }

  google::protobuf::Struct options_;
  VertexSettings settings_;
};

TEST_F(VertexSettingsTest, ReadsEveryOption) {
  Set("project", " p-1\n");
  Set("location", "europe-west4");
  Set("credentials", R"({"type":"service_account"})");
  Set("credentials_file", "/f.json");
  Set("home", "/home/me");
  Set("metadata_host", "[::1]:8080");
  EXPECT_THAT(Faults(), IsEmpty());
  EXPECT_EQ(settings_.project, "p-1");
  EXPECT_EQ(settings_.location, "europe-west4");
  EXPECT_EQ(settings_.credentials.Reveal(), R"({"type":"service_account"})");
  EXPECT_EQ(settings_.credentials_file, "/f.json");
  EXPECT_EQ(settings_.home, "/home/me");
  EXPECT_EQ(settings_.metadata_host, "[::1]:8080");
}

TEST_F(VertexSettingsTest, ReportsAllThatIsWrong) {
  (*options_.mutable_fields())["project"].set_number_value(7);
  (*options_.mutable_fields())["credentials"].set_bool_value(true);
  Set("location", "x.evil.example/");
  Set("metadata_host", "evil.example/path");
  Set("region", "x");
  EXPECT_THAT(Faults(), ElementsAre("options.credentials", "options.project",
                                    "options.region", "options.location",
                                    "options.metadata_host"));
}

TEST_F(VertexSettingsTest, TakesOnlyItsOwnOptionsFromTheEnvironment) {
  for (const ProviderType::OptionVariables& group : VertexOptionVariables()) {
    for (const auto& [option, variable] : group.rows) Set(option, "x");
  }
  EXPECT_THAT(Faults(), IsEmpty());
}

}  // namespace
}  // namespace aigateway

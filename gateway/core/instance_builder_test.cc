#include "gateway/core/instance_builder.h"

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/base/registry.h"
#include "gateway/config/config_testing.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/secrets.h"
#include "gateway/config/source_map.h"
#include "gateway/core/carried_state.h"
#include "gateway/core/target.h"
#include "providers/provider.h"
#include "tests/fakes/toy_provider.h"

namespace aigateway {
namespace {

using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

// What the last codec was made from.
config::v1::ProviderConfig& LastConfig() {
  static auto* const last = new config::v1::ProviderConfig();
  return *last;
}

absl::StatusOr<std::unique_ptr<Provider>> CreateSigned(
    const config::v1::ProviderConfig& config) {
  LastConfig() = config;
  return ToyProvider::Create(config);
}

// A type whose requests are signed with a pair of keys, or carry a key.
class InstanceBuilderTest : public testing::Test {
 protected:
  InstanceBuilderTest() {
    types_.Add(
        "signed",
        {.create = &CreateSigned,
         .key_variables = {"SIGNED_TOKEN"},
         .only_when_named = true,
         .needs_key = false,
         .option_variables = {
             {.rows = {{"region", "REGION"}, {"region", "DEFAULT_REGION"}}},
             {.rows = {{"id", "ID"}, {"secret", "SECRET"}},
              .instead_of_key = true}}});
    types_.Add("keyed", {.create = &CreateSigned,
                         .key_variables = {"SIGNED_TOKEN"},
                         .option_variables = {{.rows = {{"id", "ID"}},
                                               .instead_of_key = true}}});
  }

  // Builds what `config` declares; its options, as they were expanded.
  std::map<std::string, std::string> Build(
      const config::v1::ProviderConfig& config,
      std::map<std::string, std::string> variables) {
    const FixedSecrets secrets(variables);
    const EnvironmentFunction environment = FakeEnvironment(variables);
    const SourceMap places;
    Faults faults("f");
    FaultReport report(&places, &faults);
    const InstanceBuilder builder(types_, secrets, environment, states_);
    EXPECT_NE(builder.Declared(config, FieldPath(), report), nullptr);
    EXPECT_TRUE(faults.empty());
    std::map<std::string, std::string> options;
    for (const auto& [name, value] : LastConfig().options().fields()) {
      options[name] = value.string_value();
    }
    return options;
  }

  static config::v1::ProviderConfig Signed() {
    config::v1::ProviderConfig config;
    config.set_type("signed");
    return config;
  }

  Registry<ProviderType> types_;
  CarriedState states_;
};

TEST_F(InstanceBuilderTest, TakesOptionsFromTheEnvironment) {
  EXPECT_THAT(Build(Signed(), {}), IsEmpty());
  EXPECT_THAT(
      Build(Signed(), {{"ID", "i"}, {"SECRET", "s"}, {"DEFAULT_REGION", "r"}}),
      UnorderedElementsAre(Pair("id", "i"), Pair("secret", "s"),
                           Pair("region", "r")));
  EXPECT_THAT(Build(Signed(), {{"REGION", "r1"}, {"DEFAULT_REGION", "r2"}}),
              UnorderedElementsAre(Pair("region", "r1")));
}

TEST_F(InstanceBuilderTest, NeverMixesOptionsThatBelongTogether) {
  config::v1::ProviderConfig config = Signed();
  (*config.mutable_options()->mutable_fields())["id"].set_string_value("own");
  EXPECT_THAT(Build(config, {{"ID", "i"}, {"SECRET", "s"}, {"REGION", "r"}}),
              UnorderedElementsAre(Pair("id", "own"), Pair("region", "r")));
}

TEST_F(InstanceBuilderTest, TakesNoKeyWhereOptionsStandForOne) {
  Build(Signed(), {{"SIGNED_TOKEN", "t"}, {"ID", "i"}});
  EXPECT_EQ(LastConfig().api_key(), "t");
  config::v1::ProviderConfig config = Signed();
  (*config.mutable_options()->mutable_fields())["id"].set_string_value("own");
  Build(config, {{"SIGNED_TOKEN", "t"}});
  EXPECT_EQ(LastConfig().api_key(), "");
}

TEST_F(InstanceBuilderTest, MissesNoKeyWhereOptionsStandForOne) {
  config::v1::ProviderConfig config;
  config.set_type("keyed");
  EXPECT_THAT(Build(config, {{"ID", "i"}}),
              UnorderedElementsAre(Pair("id", "i")));
  EXPECT_EQ(LastConfig().api_key(), "");
  (*config.mutable_options()->mutable_fields())["id"].set_string_value("own");
  EXPECT_THAT(Build(config, {}), UnorderedElementsAre(Pair("id", "own")));
}

}  // namespace
}  // namespace aigateway

#include "gateway/config/config_loader.h"

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/proto_time.h"
#include "gateway/config/config_testing.h"
#include "gateway/config/config_text.h"
#include "gateway/config/faults.h"
#include "gateway/config/place.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string TestFile(absl::string_view name) {
  const absl::StatusOr<std::string> text =
      ReadConfigFile(absl::StrCat("gateway/config/testdata/", name));
  EXPECT_THAT(text, IsOk());
  return text.value_or("");
}

// The configuration that a text says, whether or not it is served.
config::v1::GatewayConfig Read(absl::string_view text) {
  Faults faults("f");
  const auto loaded = ReadConfig(text, FullVocabulary(), faults);
  EXPECT_THAT(FaultsIn(faults.ToStatus()), IsEmpty());
  return loaded.has_value() ? loaded->config : config::v1::GatewayConfig();
}

TEST(LoadConfigTest, LoadsWhatThisVersionServes) {
  const absl::StatusOr<LoadedConfig> loaded =
      LoadConfig(TestFile("served.yaml"), "served.yaml", TestVocabulary());
  ASSERT_THAT(loaded, IsOk());
  const config::v1::GatewayConfig& config = loaded->config;
  EXPECT_EQ(config.targets(0).retry().attempts(), 2);
  EXPECT_EQ(FromProto(config.targets(0).retry().initial_backoff()),
            absl::Milliseconds(50));
  // Not expanded.
  EXPECT_EQ(config.providers(0).api_key(), "${OPENAI_API_KEY}");
  EXPECT_EQ(config.aliases().at("fast"), "gpt-4o-mini");
  EXPECT_EQ(loaded->places.Find("targets[0].retry.attempts"), (Place{9, 23}));
  EXPECT_EQ(loaded->places.file(), "served.yaml");
}

TEST(ReadConfigTest, ReadsEveryKeyOfTheSchema) {
  const config::v1::GatewayConfig config = Read(TestFile("full.yaml"));
  EXPECT_EQ(config.providers_size(), 2);
  EXPECT_TRUE(config.providers(0).has_http2());
  EXPECT_FALSE(config.providers(0).http2());
  EXPECT_EQ(config.strategy().default_(), "group");
  EXPECT_EQ(config.strategy().failover_on(1), "404");
  EXPECT_EQ(config.targets(1).targets_size(), 3);
  EXPECT_EQ(config.targets(1).targets(2).strategy().canary().share(), 0.1);
  EXPECT_EQ(config.auth().keys(0).scopes(1), "admin");
}

TEST(ReadConfigTest, ReadsAPluginsSettingsAsItsOwnSchemaSays) {
  const config::v1::GatewayConfig config = Read(TestFile("full.yaml"));
  // Words, although YAML would have a number and a boolean here.
  EXPECT_THAT(config.plugins(0).config(), EqualsProto(R"pb(
                fields {
                  key: "blocked_words"
                  value {
                    list_value {
                      values { string_value: "0010" }
                      values { string_value: "on" }
                      values { string_value: "null" }
                    }
                  }
                }
                fields {
                  key: "action"
                  value { string_value: "mask_all" }
                }
              )pb"));
}

TEST(ReadConfigTest, ReportsFaultsInAPluginsSettingsWithTheirPlace) {
  EXPECT_THAT(
      FaultsOf("plugins:\n  - stage: on_error\n    config:\n      "
               "blocked_word: [x]\n"
               "      case_sensitive: on\n    name: word-filter\n"),
      ElementsAre("plugins[0].config.blocked_word: 4:7: the key "
                  "'blocked_word' is not known here; did you mean "
                  "'blocked_words'?",
                  HasSubstr("plugins[0].config.case_sensitive: 5:23: true or "
                            "false is expected, not 'on'")));
}

TEST(ReadConfigTest, KeepsTheOptionsOfAProviderInFreeForm) {
  const config::v1::GatewayConfig config = Read(TestFile("full.yaml"));
  EXPECT_THAT(config.providers(0).options().fields().at("nested"),
              EqualsProto(R"pb(
                struct_value {
                  fields {
                    key: "deep"
                    value {
                      list_value {
                        values { number_value: 1 }
                        values { number_value: 2.5 }
                        values { bool_value: true }
                        values { null_value: NULL_VALUE }
                        values { string_value: "text" }
                      }
                    }
                  }
                })pb"));
}

TEST(ReadConfigTest, ReadsTheOriginalsFilesUnchanged) {
  const config::v1::GatewayConfig yaml = Read(TestFile("original.yaml"));
  EXPECT_EQ(yaml.strategy().conditions(1).target_key(), "anthropic");
  EXPECT_EQ(yaml.targets(0).weight(), 0.7);
  EXPECT_EQ(FromProto(yaml.targets(0).circuit_breaker().timeout()),
            absl::Seconds(30));
  EXPECT_EQ(yaml.plugins_size(), 3);
  const config::v1::GatewayConfig json = Read(TestFile("original.json"));
  EXPECT_EQ(json.targets(0).weight(), 70);
  EXPECT_FALSE(json.targets(1).has_retry());
  EXPECT_EQ(json.plugins(0).config().fields().at("max_age").number_value(),
            300);
}

TEST(LoadConfigTest, RefusesOfTheOriginalsFilesOnlyWhatIsNotServed) {
  Vocabulary vocabulary = TestVocabulary();
  vocabulary.environment =
      FakeEnvironment({{"OPENAI_API_KEY", "a"}, {"ANTHROPIC_API_KEY", "b"}});
  EXPECT_THAT(
      FaultsOf(TestFile("original.yaml"), vocabulary),
      ElementsAre(HasSubstr("strategy.mode: 4:9: the mode 'conditional' is "
                            "not served by this version"),
                  HasSubstr("plugins[1].name: 33:11: the plugin 'max-token' is "
                            "not served by this version")));
  EXPECT_THAT(FaultsOf(TestFile("original.json"), vocabulary),
              ElementsAre(HasSubstr("strategy.mode: 2:24"),
                          HasSubstr("plugins[0].name: 18:15")));
}

TEST(LoadConfigTest, ReadsTheSameFromYamlAndJson) {
  EXPECT_THAT(Read(R"({"targets": [{"virtual_key": "openai",
                        "retry": {"attempts": 3, "max_backoff": "2s"}}],
                       "aliases": {"a": "b"}})"),
              EqualsProto(Read("targets:\n- virtual_key: openai\n"
                               "  retry: {attempts: 3, max_backoff: 2s}\n"
                               "aliases:\n  a: b\n")));
}

// Case 039.
TEST(LoadConfigTest, TakesAnAliasForWhatItStandsFor) {
  const absl::StatusOr<LoadedConfig> loaded = LoadConfig(
      "providers:\n- &p {name: a, type: openai}\ntargets:\n"
      "- {virtual_key: a, retry: &r {attempts: 3}}\n"
      "- {virtual_key: openai, retry: *r}\n",
      "f", TestVocabulary());
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->config.targets(1).retry().attempts(), 3);
}

TEST(LoadConfigTest, ReportsEveryKindOfFaultInOneGo) {
  EXPECT_THAT(
      FaultsOf("providers:\n"
               "  - {name: a, type: opanai}\n"
               "  - {name: a, type: openai, base_url: ftp://x}\n"
               "targets:\n"
               "  - {virtual_key: a, wieght: 1}\n"
               "  - {virtual_key: nobody, weight: -1}\n"
               "  - {virtual_key: openai, retry: {attempts: zero}}\n"
               "  - {virtual_key: openai, hedge: {}}\n"
               "strategy: {mode: fallbak, mode: single}\n"
               "store: {}\n"),
      ElementsAre(
          HasSubstr("providers[0].type: 2:21: there is no provider type "
                    "'opanai'; did you mean 'openai'?"),
          HasSubstr("providers[1].name: 3:12: there is a provider instance "
                    "'a' already, at providers[0].name"),
          HasSubstr("providers[1].base_url: 3:39"),
          HasSubstr("targets[0].wieght: 5:22: the key 'wieght' is not known "
                    "here; did you mean 'weight'?"),
          HasSubstr("targets[1].virtual_key: 6:19: names no provider"),
          HasSubstr("targets[1].weight: 6:35"),
          HasSubstr("targets[2].retry.attempts: 7:45: a whole number"),
          HasSubstr("targets[3].virtual_key: 8:19: there is a target "
                    "'openai' already"),
          HasSubstr("targets[3].hedge: 8:27"),
          HasSubstr("strategy.mode: 9:27: the key 'mode' stands here again, "
                    "first in line 9"),
          HasSubstr("store: 10:1: this key is reserved for a later version")));
}

TEST(LoadConfigTest, NamesTheReservedKeys) {
  for (const char* key : {"server", "prices", "store", "events"}) {
    EXPECT_THAT(FaultsOf(absl::StrCat(key, ": {a: b}")),
                ElementsAre(HasSubstr("1:1: this key is reserved")));
  }
}

TEST(LoadConfigTest, RefusesARootThatIsNoMapping) {
  EXPECT_THAT(FaultsOf("- a"), ElementsAre(HasSubstr("a mapping is expected")));
  EXPECT_THAT(FaultsOf("hello"),
              ElementsAre(HasSubstr("a mapping is expected")));
  EXPECT_THAT(FaultsOf("~"), ElementsAre(HasSubstr("is empty")));
  EXPECT_THAT(FaultsOf(""), ElementsAre(HasSubstr("is empty")));
  EXPECT_THAT(FaultsOf("{}"), IsEmpty());
}

// Case 037, as far as the text alone decides.
TEST(LoadConfigTest, RefusesEachOfTheBadReloads) {
  const std::string target = "targets:\n- virtual_key: openai\n";
  EXPECT_THAT(FaultsOf("targets: [}"), Contains(HasSubstr("1:")));
  EXPECT_THAT(FaultsOf(target + "strategy: {mode: roundrobin}"),
              ElementsAre(HasSubstr("strategy.mode: 3:18: there is no mode")));
  EXPECT_THAT(FaultsOf("targets: []"),
              ElementsAre(HasSubstr("targets: 1:1: is empty")));
  EXPECT_THAT(FaultsOf("targets:"),
              ElementsAre(HasSubstr("targets: 1:1: is empty")));
  EXPECT_THAT(FaultsOf(target + "  weight: -0.5"),
              ElementsAre(HasSubstr("targets[0].weight: 3:11")));
  EXPECT_THAT(FaultsOf(target + "plugins: [{name: wordfilter}]"),
              ElementsAre(HasSubstr("did you mean 'word-filter'?")));
  EXPECT_THAT(FaultsOf(target + "plugins: [{name: word-filter, stage: "
                                "on_error, config: {words: 1}}]"),
              ElementsAre(HasSubstr("plugins[0].config.words: 3:57")));
}

TEST(LoadConfigTest, SaysItInOneLineWithReasonAndCode) {
  const absl::Status status = LoadConfig("targets:\n- virtual_key: opena\n",
                                         "gateway.yaml", TestVocabulary())
                                  .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(status), ErrorReason::kInvalidConfig);
  EXPECT_EQ(status.message(),
            "gateway.yaml:2:16: targets[0].virtual_key: names no provider: "
            "'opena' is neither declared under `providers` nor a provider "
            "type; did you mean 'openai'?");
}

TEST(LoadConfigTest, NeverShowsAKey) {
  const char* kSecret = "sk-very-secret-1";
  for (const char* text :
       {"providers: [{type: openai, api_key: [SECRET]}]",
        "providers: [{type: openai, api_key: {SECRET: 1}}]",
        "providers: [{type: openai, api_key: \"SECRET\\nx\"}]",
        "providers: [{type: openai, api_keys: SECRET}]",
        "providers: [{type: openai, api_keys: [\"SECRET x\"]}]",
        "providers: [{type: openai, headers: {x-a: \"SECRET\\n\"}}]",
        "providers: [{type: openai, headers: {x-a: \"\\u00e9SECRET\"}}]",
        "providers: [{type: openai, base_url: \"https://u:SECRET@h\"}]",
        "auth: {keys: [{name: a, key: \"SECRET SECRET\"}]}",
        "auth: {keys: [{name: a, key: SECRET}, {name: b, key: SECRET}]}"}) {
    const std::string with_secret =
        absl::StrReplaceAll(text, {{"SECRET", kSecret}});
    const absl::Status status =
        LoadConfig(with_secret, "f", TestVocabulary()).status();
    ASSERT_FALSE(status.ok()) << text;
    // `{SECRET: 1}` makes it a key of a mapping: nothing quotes those either,
    // where a single value was expected.
    EXPECT_THAT(status.ToString(), Not(HasSubstr(kSecret))) << text;
  }
}

TEST(LoadConfigTest, ReportsTenThousandBadTargetsInBoundedSpace) {
  std::string text = "targets:\n";
  for (int i = 0; i < 10000; ++i) {
    absl::StrAppend(&text, "- {virtual_key: nobody", i, "}\n");
  }
  const std::vector<std::string> faults = FaultsOf(text);
  ASSERT_THAT(faults, SizeIs(101));
  EXPECT_THAT(faults.back(), HasSubstr("and 9900 more faults"));
}

TEST(CheckConfigTest, ChecksAConfigurationThatAProgramMade) {
  config::v1::GatewayConfig config;
  config.add_targets()->set_virtual_key("nobody");
  EXPECT_THAT(FaultsIn(CheckConfig(config, TestVocabulary())),
              ElementsAre(HasSubstr("targets[0].virtual_key: names no")));
  config.mutable_targets(0)->set_virtual_key("openai");
  EXPECT_THAT(CheckConfig(config, TestVocabulary()), IsOk());
}

}  // namespace
}  // namespace aigateway

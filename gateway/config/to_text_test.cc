#include "gateway/config/to_text.h"

#include <string>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/config_loader.h"
#include "gateway/config/config_testing.h"
#include "gateway/config/config_text.h"
#include "gateway/config/faults.h"
#include "tests/matchers/proto_matchers.h"

namespace aigateway {
namespace {

using ::testing::IsEmpty;

config::v1::GatewayConfig Read(absl::string_view text) {
  Faults faults("f");
  const auto loaded = ReadConfig(text, FullVocabulary(), faults);
  EXPECT_THAT(FaultsIn(faults.ToStatus()), IsEmpty()) << text;
  return loaded.has_value() ? loaded->config : config::v1::GatewayConfig();
}

TEST(ToYamlTest, WritesAFileInTheOrderOfTheSchema) {
  EXPECT_EQ(ToYaml(Read("strategy: {mode: single}\ntargets:\n"
                        "- {weight: 2, virtual_key: openai, models: [b, a], "
                        "retry: {max_backoff: 90s, attempts: 3}}\n"
                        "- {virtual_key: simulator}\n"
                        "aliases: {z: y, 'a b': 'no'}\n"
                        "providers: [{type: openai, options: {b: 1, a: {}}, "
                        "http2: false}]")),
            R"(providers:
  - type: "openai"
    http2: false
    options:
      a: {}
      b: 1
targets:
  - virtual_key: "openai"
    weight: 2
    models: ["b","a"]
    retry:
      attempts: 3
      max_backoff: "1m30s"
  - virtual_key: "simulator"
strategy:
  mode: "single"
aliases:
  "a b": "no"
  z: "y"
)");
}

TEST(ToYamlTest, IsReadBackToTheSameConfiguration) {
  for (const char* file :
       {"full.yaml", "original.yaml", "original.json", "served.yaml"}) {
    const config::v1::GatewayConfig config =
        Read(*ReadConfigFile(std::string("gateway/config/testdata/") + file));
    EXPECT_THAT(Read(ToYaml(config)), EqualsProto(config)) << file;
  }
}

TEST(ToYamlTest, IsReadBackWithAnyTextInIt) {
  config::v1::GatewayConfig config;
  for (const char* text :
       {"", " ", "~", "null", "a: b", "#x", "- y", "\"", "\\", "'", "\n\t",
        "\xf0\x9f\x98\x80", "${A}", "0010", "\x7f", "\xc2\x85", "<<", "*a"}) {
    (*config.mutable_aliases())[text] = text;
    config.add_providers()->add_models(text);
  }
  EXPECT_THAT(Read(ToYaml(config)), EqualsProto(config));
}

TEST(ToYamlTest, WritesNothingAsAnEmptyMapping) {
  EXPECT_EQ(ToYaml({}), "{}\n");
}

TEST(ToYamlTest, WritesListsWithEmptyEntries) {
  config::v1::GatewayConfig config;
  config.add_targets();
  config.add_targets()->set_virtual_key("a");
  EXPECT_THAT(Read(ToYaml(config)), EqualsProto(config));
}

TEST(ToJsonTest, IsOneLineWithSortedKeys) {
  config::v1::RetryConfig retry;
  retry.set_budget(0.5);
  retry.set_attempts(2);
  retry.mutable_max_backoff()->set_seconds(5);
  EXPECT_EQ(ToJson(retry), R"({"attempts":2,"budget":0.5,"max_backoff":"5s"})");
}

}  // namespace
}  // namespace aigateway

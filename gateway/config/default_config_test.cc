#include "gateway/config/default_config.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/config_loader.h"
#include "gateway/config/config_testing.h"
#include "gateway/config/vocabulary.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

TEST(DefaultConfigTest, IsTheSimulatorAloneWhereNoKeyIsSet) {
  Vocabulary vocabulary = TestVocabulary();
  vocabulary.environment = nullptr;
  EXPECT_THAT(DefaultConfig(vocabulary), EqualsProto(R"pb(
                targets { virtual_key: "simulator" }
                strategy { mode: "fallback" }
              )pb"));
}

TEST(DefaultConfigTest, HasEveryProviderWhoseVariableIsSetInTheirOrder) {
  Vocabulary vocabulary = TestVocabulary();
  vocabulary.provider_types["aaa"] = {.key_variables = {"A"}, .order = 3};
  vocabulary.provider_types["zzz"] = {.key_variables = {"Z"}, .order = 0};
  vocabulary.provider_types["declared"] = {
      .key_variables = {"A"}, .order = 4, .undeclared = false};
  vocabulary.provider_types["named"] = {
      .key_variables = {"A"}, .order = 5, .only_when_named = true};
  vocabulary.environment = FakeEnvironment(
      {{"A", "1"}, {"Z", "1"}, {"CLAUDE_KEY", "1"}, {"OPENAI_API_KEY", " "}});
  EXPECT_THAT(DefaultConfig(vocabulary), EqualsProto(R"pb(
                targets { virtual_key: "zzz" }
                targets { virtual_key: "anthropic" }
                targets { virtual_key: "aaa" }
                targets { virtual_key: "simulator" }
                strategy { mode: "fallback" }
              )pb"));
}

TEST(DefaultConfigTest, LeavesOutWhatHasAKeyButNoPlace) {
  Vocabulary vocabulary = TestVocabulary();
  vocabulary.provider_types = {{"azure-openai",
                                {.key_variables = {"AZURE_KEY"},
                                 .order = 1,
                                 .base_urls = {"${AZURE_ENDPOINT}"},
                                 .needs_base_url = true}},
                               {"ollama",
                                {.key_variables = {"OLLAMA_API_KEY"},
                                 .order = 2,
                                 .base_urls = {"${OLLAMA_HOST}"},
                                 .needs_key = false}}};
  vocabulary.environment = FakeEnvironment({{"AZURE_KEY", "k"}});
  EXPECT_TRUE(DefaultConfig(vocabulary).targets().empty());
  vocabulary.environment =
      FakeEnvironment({{"AZURE_KEY", "k"},
                       {"AZURE_ENDPOINT", "https://a.example"},
                       {"OLLAMA_HOST", "127.0.0.1:1"}});
  EXPECT_THAT(DefaultConfig(vocabulary), EqualsProto(R"pb(
                targets { virtual_key: "azure-openai" }
                targets { virtual_key: "ollama" }
                strategy { mode: "fallback" }
              )pb"));
}

TEST(DefaultConfigTest, IsValid) {
  const Vocabulary vocabulary = TestVocabulary();
  EXPECT_THAT(CheckConfig(DefaultConfig(vocabulary), vocabulary), IsOk());
}

TEST(FillInDefaultsTest, UsesEveryProviderWhereNoTargetIsNamed) {
  config::v1::GatewayConfig config;
  config.add_providers()->set_type("openai");
  config.add_providers()->set_name("b");
  FillInDefaults(TestVocabulary(), &config);
  EXPECT_THAT(config, EqualsProto(R"pb(
                providers { type: "openai" }
                providers { name: "b" }
                targets { virtual_key: "openai" }
                targets { virtual_key: "b" }
                strategy { mode: "fallback" }
              )pb"));
}

TEST(FillInDefaultsTest, LeavesWhatIsSetAlone) {
  config::v1::GatewayConfig config;
  config.add_providers()->set_type("openai");
  config.add_targets()->set_virtual_key("simulator");
  config.mutable_strategy()->set_mode("single");
  const config::v1::GatewayConfig before = config;
  FillInDefaults(TestVocabulary(), &config);
  EXPECT_THAT(config, EqualsProto(before));
}

}  // namespace
}  // namespace aigateway

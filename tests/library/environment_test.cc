// What the environment and a configuration say of an instance, as the built-in
// providers take it: where it is, its keys, its headers.

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/random.h"
#include "gateway/base/registry.h"
#include "gateway/config/secrets.h"
#include "gateway/config/vocabulary.h"
#include "gateway/core/gateway.h"
#include "providers/provider.h"
#include "tests/fakes/fake_http_client.h"
#include "tests/fakes/fake_timers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::HasSubstr;
using testing::Not;

class EnvironmentTest : public testing::Test {
 protected:
  EnvironmentTest()
      : env_{.loop = &loop_,
             .clock = &timers_,
             .timers = &timers_,
             .http = &http_,
             .random = &random_} {}

  ~EnvironmentTest() override { Close(); }

  void Close() {
    if (gateway_ == nullptr) return;
    gateway_->Close();
    loop_.RunUntilIdle();
    gateway_ = nullptr;
  }

  absl::Status Create(std::map<std::string, std::string> variables,
                      std::string config = "") {
    Close();
    secrets_ = std::make_unique<FixedSecrets>(
        std::move(variables), std::map<std::string, std::string>());
    GatewayOptions options;
    if (!config.empty()) options.config.text = std::move(config);
    options.secrets = secrets_.get();
    options.envs = {env_};
    auto gateway = Gateway::Create(std::move(options));
    if (gateway.ok()) gateway_ = *std::move(gateway);
    return gateway.status();
  }

  // Where the requests of an instance go; empty if there is no such instance.
  std::string PlaceOf(absl::string_view instance) {
    const auto provider = gateway_->GetProvider(instance);
    return provider.ok() ? std::string((*provider)->base_url()) : "";
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Random random_{1};
  FakeHttpClient http_{&timers_};
  Env env_;
  std::unique_ptr<FixedSecrets> secrets_;
  std::unique_ptr<Gateway> gateway_;
};

TEST_F(EnvironmentTest, StartsWhicheverVendorsKeyIsSet) {
  const auto& types = Registry<ProviderType>::Global();
  for (const std::string& name : types.Names()) {
    const ProviderType& type = *types.Find(name);
    for (const std::string& variable : type.key_variables) {
      EXPECT_THAT(Create({{variable, "k-123456789"}}), IsOk())
          << name << " by " << variable;
    }
  }
}

TEST_F(EnvironmentTest, FindsEachVendorThatHasAllThatItNeeds) {
  const auto& types = Registry<ProviderType>::Global();
  for (const std::string& name : types.Names()) {
    const ProviderType& type = *types.Find(name);
    if (type.key_variables.empty()) continue;
    std::map<std::string, std::string> variables = {
        {type.key_variables[0], "k-123456789"}};
    for (const std::string& place : type.base_urls) {
      for (const std::string& variable : VariablesIn(place)) {
        variables[variable] =
            absl::EndsWith(place, "}") || absl::StartsWith(place, "${")
                ? "https://place.example"
                : "place";
      }
    }
    ASSERT_THAT(Create(variables), IsOk()) << name;
    if (type.only_when_named) {
      EXPECT_EQ(PlaceOf(name), "") << name << " is not to be found by itself";
      continue;
    }
    EXPECT_NE(PlaceOf(name), "") << name;
    if (!type.base_urls.empty()) {
      EXPECT_THAT(PlaceOf(name), HasSubstr("place")) << name;
    }
  }
}

TEST_F(EnvironmentTest, SendsAKeyToThePlaceThatStandsBesideIt) {
  const std::map<std::string, std::string> variables = {
      {"OPENAI_API_KEY", "sk-1"}, {"OPENAI_BASE_URL", "http://proxy:8080/v1"}};
  ASSERT_THAT(Create(variables), IsOk());
  EXPECT_EQ(PlaceOf("openai"), "http://proxy:8080/v1");
  // Also where the configuration says nothing of key and place.
  ASSERT_THAT(Create(variables, "providers: [{name: a, type: openai}]"),
              IsOk());
  EXPECT_EQ(PlaceOf("a"), "http://proxy:8080/v1");
  // A key of its own is for the vendor itself.
  ASSERT_THAT(
      Create(variables, "providers: [{name: a, type: openai, api_key: sk-2}]"),
      IsOk());
  EXPECT_EQ(PlaceOf("a"), "https://api.openai.com/v1");
}

TEST_F(EnvironmentTest, FindsOllamaByItsHostAlone) {
  ASSERT_THAT(Create({{"OLLAMA_HOST", "127.0.0.1:11434"}}), IsOk());
  EXPECT_EQ(PlaceOf("ollama"), "http://127.0.0.1:11434");
  for (const v1::Provider& provider : gateway_->ListProviders()) {
    if (provider.instance() != "ollama") continue;
    EXPECT_EQ(provider.environment_variable(), "OLLAMA_HOST");
    EXPECT_EQ(provider.source(), v1::PROVIDER_SOURCE_ENVIRONMENT);
  }
}

TEST_F(EnvironmentTest, SaysWhichVariablesAreMissing) {
  EXPECT_THAT(Create({{"AZURE_OPENAI_API_KEY", "k"}},
                     "targets: [{virtual_key: azure-openai}]"),
              HasReason(ErrorReason::kInvalidConfig));
  EXPECT_THAT(std::string(Create({{"AZURE_OPENAI_API_KEY", "k"}},
                                 "targets: [{virtual_key: azure-openai}]")
                              .message()),
              HasSubstr("AZURE_OPENAI_ENDPOINT"));
}

TEST_F(EnvironmentTest, TakesEachOfItsKeysOutOfWhatAProviderSays) {
  for (const char* type : {"openai", "anthropic", "gemini", "mistral"}) {
    ASSERT_THAT(
        Create({}, absl::StrCat("providers: [{name: a, type: ", type,
                                ", api_keys: [first-key-111111, "
                                "second-key-222222, third-key-333333]}]")),
        IsOk());
    HttpResponse response;
    response.status = 401;
    response.body =
        R"({"error":{"message":"Incorrect API key: second-key-222222, )"
        R"(first-key-111111","type":"authentication_error"}})";
    const absl::Status status =
        (*gateway_->GetProvider("a"))->ParseError(response, timers_.Now());
    EXPECT_THAT(std::string(status.message()),
                Not(HasSubstr("second-key-222222")))
        << type;
    EXPECT_THAT(std::string(status.message()),
                Not(HasSubstr("first-key-111111")))
        << type;
  }
}

TEST_F(EnvironmentTest, MergesAHeaderThatTheCodecSendsToo) {
  ASSERT_THAT(Create({}, R"yaml(
providers:
- {name: a, type: anthropic, api_key: sk-ant-oat01-abcdefghijkl,
   headers: {anthropic-beta: mine, x-extra: "1"}}
)yaml"),
              IsOk());
  v1::RouteRequest request;
  request.mutable_chat()->set_model("claude-sonnet-4-5");
  v1::Message& message = *request.mutable_chat()->add_messages();
  message.set_role(v1::ROLE_USER);
  message.set_content("hi");
  gateway_->RouteAsync(std::move(request), {},
                       [](absl::StatusOr<v1::RouteResponse>) {});
  loop_.RunUntilIdle();
  ASSERT_EQ(http_.requests().size(), 1u);
  const HttpHeaders& headers = http_.requests()[0].headers;
  EXPECT_THAT(std::string(headers.Get("anthropic-beta")), HasSubstr("mine"));
  EXPECT_THAT(std::string(headers.Get("anthropic-beta")), HasSubstr("oauth-"));
  EXPECT_EQ(headers.Get("x-extra"), "1");
}

}  // namespace
}  // namespace aigateway

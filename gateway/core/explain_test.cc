#include "gateway/core/explain.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/random.h"
#include "gateway/core/gateway.h"
#include "gateway/core/snapshot.h"
#include "tests/fakes/fake_timers.h"
#include "tests/fakes/toy_provider.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Under a vendor's name, so that its prices hold at its address.
AIGW_REGISTER_PROVIDER("openai", {.create = &ToyProvider::Create,
                                  .key_variables = {"OPENAI_API_KEY"}});

class ExplainTest : public testing::Test {
 protected:
  ExplainTest()
      : env_{.loop = &loop_,
             .clock = &timers_,
             .timers = &timers_,
             .random = &random_} {
    request_.mutable_chat()->set_model("m1");
  }

  // A gateway with the instances a, b, c and d, and `yaml`.
  void Use(absl::string_view yaml) {
    GatewayOptions options;
    std::string text = "providers:\n";
    for (const char* name : {"a", "b", "c", "d"}) {
      absl::StrAppend(&text, "- {name: ", name,
                      ", type: openai, base_url: 'http:", "//", name,
                      "', api_key: k, model_map: {m1: m1-", name, "}}\n");
    }
    options.config.text = absl::StrCat(text, yaml);
    options.envs = {env_};
    auto gateway = Gateway::Create(std::move(options));
    ASSERT_THAT(gateway, IsOk());
    gateway_ = *std::move(gateway);
  }

  void Explain() {
    auto response = gateway_->ExplainRoute(request_, caller_);
    ASSERT_THAT(response, IsOk());
    response_ = *std::move(response);
  }

  static std::vector<std::string> Lines(
      const google::protobuf::RepeatedPtrField<v1::PlannedTarget>& targets) {
    std::vector<std::string> lines;
    for (const v1::PlannedTarget& target : targets) {
      lines.push_back(
          absl::StrCat(target.target(), ": ", target.explanation()));
      if (target.reason() != v1::ERROR_REASON_UNSPECIFIED) {
        absl::StrAppend(&lines.back(), " (",
                        NameOf(static_cast<ErrorReason>(target.reason())), ")");
      }
    }
    return lines;
  }
  std::vector<std::string> Tried() const { return Lines(response_.targets()); }
  std::vector<std::string> Skipped() const {
    return Lines(response_.skipped_targets());
  }

  // Opens the breaker of the target for the model.
  void Break(absl::string_view target, absl::string_view upstream_model) {
    const Target* found = gateway_->snapshot(0)->FindTarget(target);
    for (int i = 0; i < 5; ++i) {
      auto permit = found->breakers()->For(upstream_model).Acquire(Now());
      ASSERT_THAT(permit, IsOk());
      permit->Fail(Now());
    }
  }
  absl::Time Now() const { return timers_.Now(); }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Random random_{1};
  Env env_;
  std::unique_ptr<Gateway> gateway_;
  v1::ExplainRouteRequest request_;
  CallerIdentity caller_;
  v1::ExplainRouteResponse response_;
};

TEST_F(ExplainTest, TellsTheOrderAndWhatItWasMadeFrom) {
  Use("targets: [{virtual_key: a}, {virtual_key: b}]\naliases: {fast: m1}");
  request_.mutable_chat()->set_model("fast");
  Explain();
  EXPECT_EQ(response_.model(), "m1");
  EXPECT_EQ(response_.strategy(), "fallback");
  EXPECT_EQ(response_.config_revision(), gateway_->GetConfig().revision);
  EXPECT_THAT(Tried(), ElementsAre("a: the first in order",
                                   "b: if those before it fail"));
  EXPECT_THAT(Skipped(), IsEmpty());
  EXPECT_EQ(response_.targets(1).provider(), "openai");
  EXPECT_EQ(response_.targets(1).upstream_model(), "m1-b");
  EXPECT_FALSE(response_.targets(1).has_weight());
  EXPECT_FALSE(response_.targets(1).has_max_cost_micro_usd());
}

TEST_F(ExplainTest, TellsWhyEachOtherWouldNotBeTried) {
  Use(R"yaml(
targets:
- {virtual_key: a, models: [m2]}
- {virtual_key: b, weight: 0}
- {virtual_key: c, circuit_breaker: {}}
- {virtual_key: d}
)yaml");
  Break("c", "m1-c");
  timers_.Advance(absl::Seconds(10));
  Explain();
  EXPECT_THAT(Tried(), ElementsAre("d: the first in order"));
  EXPECT_THAT(
      Skipped(),
      ElementsAre("a: does not serve 'm1' (MODEL_NOT_FOUND)",
                  "b: drained: its weight is 0 (PROVIDER_UNAVAILABLE)",
                  "c: its breaker is open for 20s more (CIRCUIT_OPEN)"));
}

TEST_F(ExplainTest, LooksAtTheBreakerOfTheModelAlone) {
  Use("targets: [{virtual_key: a, circuit_breaker: {}}]");
  Break("a", "another");
  Explain();
  EXPECT_THAT(Tried(), ElementsAre("a: the first in order"));
}

TEST_F(ExplainTest, ShowsABreakerOnTrialAndChangesNothing) {
  Use("targets: [{virtual_key: a, circuit_breaker: {}}]");
  Break("a", "m1-a");
  timers_.Advance(absl::Seconds(31));
  for (int i = 0; i < 3; ++i) {
    Explain();
    EXPECT_THAT(Tried(), ElementsAre("a: the first in order; its breaker is "
                                     "half open: on trial"));
  }
  const Target& target = *gateway_->snapshot(0)->FindTarget("a");
  EXPECT_THAT(target.breakers()->For("m1-a").Acquire(Now()), IsOk());
}

TEST_F(ExplainTest, SaysThatAKeyRests) {
  Use("targets: [{virtual_key: a}]");
  const Target& target = *gateway_->snapshot(0)->FindTarget("a");
  target.instance().keys->Park(0, Now() + absl::Minutes(1), /*stated=*/false);
  Explain();
  // The only key left is tried all the same.
  EXPECT_THAT(Tried(), ElementsAre("a: the first in order; its key rests"));
}

TEST_F(ExplainTest, PassesOverAProviderThatSaidWhenToComeAgain) {
  Use("targets: [{virtual_key: a}, {virtual_key: b}]");
  const Target& target = *gateway_->snapshot(0)->FindTarget("a");
  target.instance().keys->Park(0, Now() + absl::Minutes(1), /*stated=*/true);
  Explain();
  EXPECT_THAT(Tried(), ElementsAre("b: the first in order"));
  EXPECT_THAT(Skipped(),
              ElementsAre("a: its provider asked to be left alone for 1m0s "
                          "more (PROVIDER_RATE_LIMITED)"));
}

TEST_F(ExplainTest, TellsThatAnAdministratorDrainedATarget) {
  Use("targets: [{virtual_key: a}, {virtual_key: b}]");
  ASSERT_THAT(gateway_->SetTargetState("a", v1::TARGET_ACTION_DRAIN), IsOk());
  Explain();
  EXPECT_THAT(Skipped(), ElementsAre("a: drained by an administrator "
                                     "(PROVIDER_UNAVAILABLE)"));
}

TEST_F(ExplainTest, TellsThatATargetHasItsHandsFull) {
  Use("targets: [{virtual_key: a, concurrency: {max: 1, queue: 3}}]");
  ConcurrencyBound* bound = gateway_->snapshot(0)->FindTarget("a")->bound();
  Scope scope;
  const auto slot = RunToEnd(loop_, bound->Acquire(env_, scope, 0));
  ASSERT_THAT(slot, IsOk());
  Explain();
  EXPECT_THAT(Tried(), ElementsAre("a: the first in order; its slots are all "
                                   "taken (1), 0 calls wait"));
}

TEST_F(ExplainTest, NamesTheRuleThatFits) {
  Use(R"yaml(
targets: [{virtual_key: a}, {virtual_key: b}]
strategy:
  mode: conditional
  conditions:
  - {key: user, value: ann, target_key: a}
  - {key: user, value: bob, target_key: b}
)yaml");
  request_.mutable_chat()->set_user("bob");
  Explain();
  EXPECT_EQ(response_.matched_condition(), "strategy.conditions[1]");
  EXPECT_THAT(Tried(), ElementsAre("b: rule 2: user fits 'bob'"));
  EXPECT_THAT(
      Skipped(),
      ElementsAre("a: mode 'conditional' does not choose it for this request"));
  request_.mutable_chat()->set_user("carol");
  Explain();
  EXPECT_EQ(response_.matched_condition(), "");
}

TEST_F(ExplainTest, NamesTheRuleWhoseTargetsAreDrained) {
  Use(R"yaml(
targets: [{virtual_key: a}, {virtual_key: b, weight: 0}]
strategy:
  mode: conditional
  conditions: [{key: user, value: bob, target_key: b}]
)yaml");
  request_.mutable_chat()->set_user("bob");
  Explain();
  EXPECT_EQ(response_.matched_condition(), "strategy.conditions[0]");
  EXPECT_THAT(Tried(), IsEmpty());
  EXPECT_THAT(Skipped()[1], HasSubstr("drained"));
}

TEST_F(ExplainTest, ExplainsARequestThatNobodyServes) {
  Use("targets: [{virtual_key: a, models: [m2]}]");
  Explain();
  EXPECT_THAT(Tried(), IsEmpty());
  EXPECT_THAT(Skipped(),
              ElementsAre("a: does not serve 'm1' (MODEL_NOT_FOUND)"));
}

TEST_F(ExplainTest, TellsWhatTheKeyMayNotUse) {
  Use("targets: [{virtual_key: a}]");
  caller_ = {.name = "ann", .models = {"m2"}};
  Explain();
  EXPECT_THAT(Tried(), IsEmpty());
  EXPECT_THAT(Skipped(), ElementsAre("a: the key 'ann' may not use 'm1' "
                                     "(MODEL_NOT_ALLOWED)"));
}

TEST_F(ExplainTest, KeepsToTheTargetThatTheRequestNames) {
  Use("targets: [{virtual_key: a}, {virtual_key: b}]");
  request_.mutable_options()->set_target("b");
  Explain();
  EXPECT_THAT(Tried(), ElementsAre("b: the request names it"));
  EXPECT_THAT(Skipped(), ElementsAre("a: the request names 'b'"));
}

TEST_F(ExplainTest, ShowsWeightsWhereTheModeHasThem) {
  Use(R"yaml(
targets: [{virtual_key: a, weight: 3}, {virtual_key: b}]
strategy: {mode: loadbalance}
)yaml");
  Explain();
  ASSERT_EQ(response_.targets_size(), 2);
  EXPECT_TRUE(response_.targets(0).has_weight());
  EXPECT_EQ(response_.targets(0).weight() + response_.targets(1).weight(), 4);
}

TEST_F(ExplainTest, ShowsTheScores) {
  Use("targets: [{virtual_key: a}, {virtual_key: b}]\n"
      "strategy: {mode: least-busy}");
  gateway_->snapshot(0)->FindTarget("a")->stats().OnStart();
  Explain();
  EXPECT_THAT(Tried(), ElementsAre("b: 0 in flight", "a: 1 in flight"));
}

TEST_F(ExplainTest, SaysWhoGetsACopy) {
  Use(R"yaml(
targets: [{virtual_key: a}, {virtual_key: b}]
strategy: {mode: mirror, mirror: {target: b}}
)yaml");
  Explain();
  EXPECT_THAT(Tried(), ElementsAre("a: the first in order"));
  EXPECT_THAT(Skipped(), ElementsAre("b: gets a copy of 100 % of requests; "
                                     "nobody sees its answer"));
}

TEST_F(ExplainTest, GoesThroughGroups) {
  Use(R"yaml(
targets:
- virtual_key: inner
  strategy: {mode: conditional, conditions: [{key: user, value: u, target_key: b}]}
  targets: [{virtual_key: a}, {virtual_key: b}]
- {virtual_key: c}
- virtual_key: off
  weight: 0
  strategy: {mode: single}
  targets: [{virtual_key: d}]
)yaml");
  request_.mutable_chat()->set_user("u");
  Explain();
  EXPECT_EQ(response_.matched_condition(), "targets[0].strategy.conditions[0]");
  EXPECT_THAT(Tried(), ElementsAre("b: rule 1: user fits 'u'",
                                   "c: if those before it fail"));
  EXPECT_THAT(
      Skipped(),
      ElementsAre("a: mode 'conditional' does not choose it for this request",
                  "d: drained: the weight of its group is 0 "
                  "(PROVIDER_UNAVAILABLE)"));
}

TEST_F(ExplainTest, TellsTheMostThatACallWouldCostWhereThatIsKnown) {
  GatewayOptions options;
  options.config.text = R"yaml(
providers:
- {name: o, type: openai, base_url: "https://api.openai.com/v1", api_key: k}
)yaml";
  options.envs = {env_};
  gateway_ = *Gateway::Create(std::move(options));
  v1::ChatRequest& chat = *request_.mutable_chat();
  chat.set_model("gpt-4o-mini");
  v1::Message& message = *chat.add_messages();
  message.set_role(v1::ROLE_USER);
  message.set_content(std::string(1000, 'x'));
  Explain();
  // The answer may be of any length.
  EXPECT_FALSE(response_.targets(0).has_max_cost_micro_usd());
  chat.set_max_output_tokens(1000);
  Explain();
  // At $0.15 and $0.60: no fewer than 150 + 600, and a little for templates.
  EXPECT_GE(response_.targets(0).max_cost_micro_usd(), 750);
  EXPECT_LE(response_.targets(0).max_cost_micro_usd(), 800);
  message.clear_content();
  message.add_parts()->mutable_image()->set_url("https://example.com/a.png");
  Explain();
  // What an image costs is counted otherwise.
  EXPECT_FALSE(response_.targets(0).has_max_cost_micro_usd());
}

TEST_F(ExplainTest, RefusesARequestThatIsNotValid) {
  Use("targets: [{virtual_key: a}]");
  request_.mutable_chat()->clear_model();
  EXPECT_THAT(gateway_->ExplainRoute(request_, caller_),
              HasReason(ErrorReason::kInvalidRequest));
  request_.mutable_chat()->set_model("m1");
  request_.mutable_chat()->add_messages();  // Without a role.
  EXPECT_THAT(gateway_->ExplainRoute(request_, caller_),
              HasReason(ErrorReason::kInvalidRequest));
}

}  // namespace
}  // namespace aigateway

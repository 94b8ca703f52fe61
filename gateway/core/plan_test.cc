#include "gateway/core/plan.h"

#include <memory>
#include <optional>
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
#include "gateway/core/target_stats.h"
#include "tests/fakes/fake_timers.h"
#include "tests/fakes/toy_provider.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

AIGW_REGISTER_PROVIDER("toy", {.create = &ToyProvider::Create,
                               .key_variables = {"TOY_API_KEY"}});

// Plans over configurations as people write them; nothing is sent.
class PlanTest : public testing::Test {
 protected:
  PlanTest()
      : env_{.loop = &loop_,
             .clock = &timers_,
             .timers = &timers_,
             .random = &random_} {}

  // A gateway with the instances a, b, c and d, and `yaml`.
  void Use(absl::string_view yaml) {
    GatewayOptions options;
    std::string text = "providers:\n";
    for (const char* name : {"a", "b", "c", "d"}) {
      absl::StrAppend(&text, "- {name: ", name,
                      ", type: toy, base_url: 'http:", "//", name,
                      "', api_key: k}\n");
    }
    options.config.text = absl::StrCat(text, yaml);
    options.envs = {env_};
    auto gateway = Gateway::Create(std::move(options));
    ASSERT_THAT(gateway, IsOk());
    gateway_ = *std::move(gateway);
  }

  // The names in the plan of a request for `model`.
  absl::StatusOr<std::vector<std::string>> Plan(std::string model = "m1") {
    chat_.set_model(std::move(model));
    RequestSettings settings;
    settings.caller = caller_;
    request_ = std::make_unique<RequestContext>(
        env_, gateway_->snapshot(0), chat_, options_, std::move(settings));
    const auto plan = PlanCalls(*request_);
    if (!plan.ok()) return plan.status();
    std::vector<std::string> names;
    for (const PlannedCall& call : plan->calls) {
      names.push_back(call.target->name());
    }
    for (const PlannedCopy& copy : plan->copies) {
      names.push_back(absl::StrCat("[", copy.target->name(), "]"));
    }
    return names;
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Random random_{1};
  Env env_;
  std::unique_ptr<Gateway> gateway_;
  v1::ChatRequest chat_;
  v1::RoutingOptions options_;
  CallerIdentity caller_;
  std::unique_ptr<RequestContext> request_;
};

TEST_F(PlanTest, KeepsTheOneTargetThatTheRequestNames) {
  Use("targets: [{virtual_key: a}, {virtual_key: b}]");
  options_.set_target("b");
  EXPECT_THAT(Plan(), IsOkAndHolds(ElementsAre("b")));
}

TEST_F(PlanTest, SaysOfATargetThatIsNotThereThatNoneServesTheModel) {
  Use("targets: [{virtual_key: a}, {virtual_key: b}]");
  options_.set_target("nobody");
  const absl::Status status = Plan().status();
  EXPECT_THAT(status, HasReason(ErrorReason::kModelNotFound));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("options.target: 'nobody' is not a target"));
  EXPECT_EQ(GetErrorMetadata(status, "target"), "nobody");
  EXPECT_EQ(GetErrorMetadata(status, "model"), "m1");
}

TEST_F(PlanTest, NamesTheTargetThatDoesNotServeTheModel) {
  Use("targets: [{virtual_key: a, models: [m2]}, {virtual_key: b}]");
  options_.set_target("a");
  const absl::Status status = Plan().status();
  EXPECT_THAT(status, HasReason(ErrorReason::kModelNotFound));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("target 'a' does not serve 'm1'"));
}

TEST_F(PlanTest, NeverNamesADrainedTarget) {
  Use("targets: [{virtual_key: a, weight: 0}, {virtual_key: b}]");
  EXPECT_THAT(Plan(), IsOkAndHolds(ElementsAre("b")));
  options_.set_target("a");
  const absl::Status status = Plan().status();
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_THAT(std::string(status.message()), HasSubstr("is drained"));
}

TEST_F(PlanTest, SaysThatTheTargetsOfARuleAreDrained) {
  Use(R"yaml(
targets: [{virtual_key: a}, {virtual_key: b, weight: 0}]
strategy:
  mode: conditional
  conditions: [{key: user, value: ann, target_key: b}]
)yaml");
  chat_.set_user("ann");
  EXPECT_THAT(Plan(), HasReason(ErrorReason::kProviderUnavailable));
  chat_.set_user("bob");
  EXPECT_THAT(Plan(), IsOkAndHolds(ElementsAre("a")));
}

TEST_F(PlanTest, SaysThatTheDefaultIsDrained) {
  Use(R"yaml(
targets: [{virtual_key: a}, {virtual_key: b, weight: 0}]
strategy:
  mode: conditional
  conditions: [{key: user, value: ann, target_key: a}]
  default: b
)yaml");
  EXPECT_THAT(Plan(), HasReason(ErrorReason::kProviderUnavailable));
}

TEST_F(PlanTest, SaysThatTheTargetsOfARuleDoNotServeTheModel) {
  Use(R"yaml(
targets: [{virtual_key: a}, {virtual_key: b, models: [m2]}]
strategy:
  mode: conditional
  conditions: [{key: user, value: ann, target_key: b}]
)yaml");
  chat_.set_user("ann");
  EXPECT_THAT(Plan(), HasReason(ErrorReason::kModelNotFound));
  EXPECT_THAT(Plan("m2"), IsOkAndHolds(ElementsAre("b")));
}

TEST_F(PlanTest, RefusesAModelThatTheKeyDoesNotCover) {
  Use("targets: [{virtual_key: a}]");
  caller_ = {.name = "ann", .models = {"m2"}};
  const absl::Status status = Plan().status();
  EXPECT_THAT(status, HasReason(ErrorReason::kModelNotAllowed));
  EXPECT_EQ(GetErrorMetadata(status, "key"), "ann");
  EXPECT_THAT(Plan("m2"), IsOk());
}

TEST_F(PlanTest, PutsAGroupsOwnOrderInItsPlace) {
  Use(R"yaml(
targets:
- virtual_key: a
- virtual_key: inner
  strategy: {mode: conditional, conditions: [{key: user, value: ann, target_keys: [c, b]}]}
  targets: [{virtual_key: b}, {virtual_key: c}]
- virtual_key: d
)yaml");
  chat_.set_user("ann");
  EXPECT_THAT(Plan(), IsOkAndHolds(ElementsAre("a", "c", "b", "d")));
  chat_.set_user("bob");
  EXPECT_THAT(Plan(), IsOkAndHolds(ElementsAre("a", "b", "d")));
}

TEST_F(PlanTest, LetsARuleNameAGroup) {
  Use(R"yaml(
targets:
- virtual_key: a
- virtual_key: inner
  strategy: {mode: fallback}
  targets: [{virtual_key: b}, {virtual_key: c}]
strategy:
  mode: conditional
  conditions: [{key: user, value: ann, target_key: a}]
  default: inner
)yaml");
  chat_.set_user("ann");
  EXPECT_THAT(Plan(), IsOkAndHolds(ElementsAre("a")));
  chat_.set_user("bob");
  EXPECT_THAT(Plan(), IsOkAndHolds(ElementsAre("b", "c")));
}

TEST_F(PlanTest, PassesOverAGroupWithNothingToOffer) {
  Use(R"yaml(
targets:
- virtual_key: empty
  strategy: {mode: fallback}
  targets: [{virtual_key: a, models: [m2]}, {virtual_key: b, models: [m2]}]
- virtual_key: outer
  strategy: {mode: single}
  targets:
  - virtual_key: deep
    strategy: {mode: single}
    targets: [{virtual_key: c}]
- virtual_key: d
)yaml");
  EXPECT_THAT(Plan(), IsOkAndHolds(ElementsAre("c", "d")));
  EXPECT_THAT(Plan("m2"), IsOkAndHolds(ElementsAre("a", "b", "c", "d")));
}

TEST_F(PlanTest, TakesNothingFromADrainedGroup) {
  Use(R"yaml(
targets:
- virtual_key: off
  weight: 0
  strategy: {mode: fallback}
  targets: [{virtual_key: a}, {virtual_key: b}]
- {virtual_key: c, models: [m2]}
)yaml");
  EXPECT_THAT(Plan("m2"), IsOkAndHolds(ElementsAre("c")));
  EXPECT_THAT(Plan(), HasReason(ErrorReason::kProviderUnavailable));
  options_.set_target("off");
  EXPECT_THAT(Plan("m2"), HasReason(ErrorReason::kProviderUnavailable));
}

TEST_F(PlanTest, KeepsToTheGroupThatTheRequestNames) {
  Use(R"yaml(
targets:
- virtual_key: a
- virtual_key: inner
  strategy: {mode: fallback}
  targets: [{virtual_key: b}, {virtual_key: c}]
strategy: {mode: single}
)yaml");
  options_.set_target("inner");
  EXPECT_THAT(Plan(), IsOkAndHolds(ElementsAre("b", "c")));
  options_.set_target("c");
  EXPECT_THAT(Plan(), IsOkAndHolds(ElementsAre("c")));
}

TEST_F(PlanTest, ShowsAGroupAsBusyAsItsIdlestMember) {
  Use(R"yaml(
targets:
- virtual_key: inner
  strategy: {mode: fallback}
  targets: [{virtual_key: a}, {virtual_key: b}]
- virtual_key: c
strategy: {mode: least-busy}
)yaml");
  const Snapshot& snapshot = *gateway_->snapshot(0);
  snapshot.FindTarget("a")->stats().OnStart();
  snapshot.FindTarget("a")->stats().OnStart();
  snapshot.FindTarget("c")->stats().OnStart();
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(Plan(), IsOkAndHolds(ElementsAre("a", "b", "c")));
  }
}

TEST_F(PlanTest, GivesStrategiesWhatWasSeenOfLate) {
  Use("targets: [{virtual_key: a}, {virtual_key: b}]\n"
      "strategy: {mode: least-latency}");
  const Snapshot& snapshot = *gateway_->snapshot(0);
  for (const auto& [name, ms] : {std::pair("a", 300), std::pair("b", 20)}) {
    TargetStats& stats = snapshot.FindTarget(name)->stats();
    stats.OnStart();
    stats.OnEnd(absl::OkStatus(), absl::Seconds(2), absl::Milliseconds(ms),
                timers_.Now());
  }
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(Plan(), IsOkAndHolds(ElementsAre("b", "a")));
  }
  // It fails of late, so that it is slow to succeed; a caller's fault is none.
  TargetStats& stats = snapshot.FindTarget("b")->stats();
  for (int i = 0; i < 50; ++i) {
    stats.OnStart();
    stats.OnEnd(Error(ErrorReason::kInvalidRequest, "bad"), absl::Seconds(0),
                std::nullopt, timers_.Now());
  }
  EXPECT_THAT(Plan(), IsOkAndHolds(ElementsAre("b", "a")));
  for (int i = 0; i < 50; ++i) {
    stats.OnStart();
    stats.OnEnd(Error(ErrorReason::kProviderUnavailable, "down"),
                absl::Seconds(0), std::nullopt, timers_.Now());
  }
  EXPECT_THAT(Plan(), IsOkAndHolds(ElementsAre("a", "b")));
}

TEST_F(PlanTest, MirrorsToTheFirstOfAGroup) {
  Use(R"yaml(
targets:
- virtual_key: a
- virtual_key: shadow
  strategy: {mode: fallback}
  targets: [{virtual_key: b}, {virtual_key: c}]
strategy: {mode: mirror, mirror: {target: shadow}}
)yaml");
  EXPECT_THAT(Plan(), IsOkAndHolds(ElementsAre("a", "[b]")));
}

TEST_F(PlanTest, MakesNoCopiesForAGroupThatOnlyStandsIn) {
  Use(R"yaml(
targets:
- virtual_key: a
- virtual_key: inner
  strategy: {mode: mirror, mirror: {target: c}}
  targets: [{virtual_key: b}, {virtual_key: c}]
)yaml");
  EXPECT_THAT(Plan(), IsOkAndHolds(ElementsAre("a", "b")));
}

TEST_F(PlanTest, AMirrorAloneAnswersNobody) {
  Use(R"yaml(
targets: [{virtual_key: a, models: [m1]}, {virtual_key: b}]
strategy: {mode: mirror, mirror: {target: b}}
)yaml");
  EXPECT_THAT(Plan(), IsOkAndHolds(ElementsAre("a", "[b]")));
  EXPECT_THAT(Plan("m2"), HasReason(ErrorReason::kModelNotFound));
}

TEST_F(PlanTest, ListsTheTargetsOfGroups) {
  Use(R"yaml(
targets:
- virtual_key: inner
  strategy: {mode: fallback}
  targets: [{virtual_key: b, models: [m1]}, {virtual_key: a, models: [m1]}]
- {virtual_key: c, models: [m1]}
)yaml");
  std::vector<std::string> names;
  for (const v1::Target& target : gateway_->ListTargets()) {
    names.push_back(target.target());
  }
  EXPECT_THAT(names, ElementsAre("b", "a", "c"));
  EXPECT_THAT(gateway_->FindByModel("m1")->targets(),
              ElementsAre("b", "a", "c"));
}

}  // namespace
}  // namespace aigateway

#include "gateway/core/target_walk.h"

#include <memory>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/resilience/breaker.h"
#include "tests/fakes/core_fixture.h"
#include "tests/fakes/fake_caller.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::HasSubstr;

class TargetWalkTest : public CoreFixture {
 protected:
  FakeCaller& AddTarget(std::string name, FakeCaller::Script script) {
    auto fake = std::make_unique<FakeCaller>();
    FakeCaller& caller = *fake;
    caller.Enqueue(std::move(script));
    targets_.push_back(MakeTarget(std::move(name), std::move(fake)));
    plan_.push_back({targets_.back().get(), "m1"});
    return caller;
  }

  absl::Status Walk(FailoverRules rules = {}) {
    RequestContext& request = MakeRequest(/*stream=*/true);
    return RunToEnd(
        loop_, timers_,
        WalkTargets(request, plan_, {.failover = std::move(rules)}, sink_));
  }

  // The provider of target `index` asked to be left alone for `time`.
  void Park(int index, absl::Duration time) {
    targets_[index]->instance().keys->Park(0, timers_.Now() + time,
                                           /*stated=*/true);
  }

  std::vector<std::unique_ptr<Target>> targets_;
  std::vector<PlannedCall> plan_;
};

absl::Status Unavailable() {
  return Error(ErrorReason::kProviderUnavailable, "busy",
               {{"http_status", "503"}});
}

TEST_F(TargetWalkTest, StopsAtTheFirstThatAnswers) {
  AddTarget("a", {.events = {"from a"}});
  FakeCaller& b = AddTarget("b", {.events = {"from b"}});
  EXPECT_THAT(Walk(), IsOk());
  EXPECT_EQ(sink_.text, "from a");
  EXPECT_EQ(b.calls(), 0);
}

TEST_F(TargetWalkTest, GoesToTheNextWhenATargetIsOverloaded) {
  AddTarget("a", {.end = Unavailable()});
  AddTarget("b", {.events = {"from b"}});
  EXPECT_THAT(Walk(), IsOk());
  EXPECT_EQ(sink_.text, "from b");
}

TEST_F(TargetWalkTest, StaysOnceSomethingWasHandedOver) {
  AddTarget("a", {.events = {"one "}, .end = Unavailable()});
  FakeCaller& b = AddTarget("b", {.events = {"from b"}});
  EXPECT_THAT(Walk(), HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_EQ(sink_.text, "one ");
  EXPECT_EQ(b.calls(), 0);
}

TEST_F(TargetWalkTest, StopsAtTheCallersFault) {
  AddTarget("a", {.end = Error(ErrorReason::kInvalidRequest, "bad")});
  FakeCaller& b = AddTarget("b", {.events = {"from b"}});
  EXPECT_THAT(Walk(), HasReason(ErrorReason::kInvalidRequest));
  EXPECT_EQ(b.calls(), 0);
}

TEST_F(TargetWalkTest, AsksTheNextForAReasonThatTheConfigAdds) {
  AddTarget("a", {.end = Error(ErrorReason::kContentFiltered, "no")});
  AddTarget("b", {.events = {"from b"}});
  FailoverRules rules;
  rules.reasons.insert(static_cast<int>(ErrorReason::kContentFiltered));
  EXPECT_THAT(Walk(rules), IsOk());
}

TEST_F(TargetWalkTest, AsksTheNextForAStatusThatTheConfigAdds) {
  AddTarget("a", {.end = Error(ErrorReason::kInvalidRequest, "teapot",
                               {{"http_status", "418"}})});
  AddTarget("b", {.events = {"from b"}});
  FailoverRules rules;
  rules.http_statuses.insert(418);
  EXPECT_THAT(Walk(rules), IsOk());
}

TEST_F(TargetWalkTest, EndsWithTheLastRealAttemptsStatus) {
  AddTarget("a", {.end = Unavailable()});
  AddTarget("b", {.end = Error(ErrorReason::kProviderRateLimited, "slow")});
  AddTarget("c", {.end = Error(ErrorReason::kCircuitOpen, "open")});
  EXPECT_THAT(Walk(), HasReason(ErrorReason::kProviderRateLimited));
}

TEST_F(TargetWalkTest, SaysThatATargetWasSkippedIfNothingElseHappened) {
  AddTarget("a", {.end = Error(ErrorReason::kCircuitOpen, "open")});
  EXPECT_THAT(Walk(), HasReason(ErrorReason::kCircuitOpen));
}

TEST_F(TargetWalkTest, NamesTheTargetThatAnsweredNotOneThatWasSkipped) {
  AddTarget("a", {.end = Unavailable()});
  AddTarget("b", {.end = Error(ErrorReason::kCircuitOpen, "open")});
  EXPECT_FALSE(Walk().ok());
  EXPECT_EQ(request_->route().target(), "a");
}

TEST_F(TargetWalkTest, WaitsAMomentForATrialThatIsUnderWay) {
  Breaker breaker({.failure_threshold = 1, .timeout = absl::Seconds(1)});
  breaker.Acquire(timers_.Now())->Fail(timers_.Now());
  timers_.Advance(absl::Seconds(1));
  auto trial = breaker.Acquire(timers_.Now());
  ASSERT_THAT(trial, IsOk());
  FakeCaller& a =
      AddTarget("a", {.end = breaker.Acquire(timers_.Now()).status()});
  a.Enqueue({.events = {"from a"}});
  EXPECT_THAT(Walk(), IsOk());
  EXPECT_EQ(sink_.text, "from a");
  EXPECT_EQ(request_->Elapsed(), absl::Milliseconds(25));
}

TEST_F(TargetWalkTest, AsksATargetThatIsParkedLast) {
  FakeCaller& a = AddTarget("a", {.events = {"from a"}});
  AddTarget("b", {.events = {"from b"}});
  Park(0, absl::Seconds(5));
  EXPECT_THAT(Walk(), IsOk());
  EXPECT_EQ(sink_.text, "from b");
  EXPECT_EQ(a.calls(), 0);
}

TEST_F(TargetWalkTest, WaitsForTheOnlyTargetThatIsLeft) {
  AddTarget("a", {.events = {"from a"}});
  AddTarget("b", {.end = Unavailable()});
  Park(0, absl::Seconds(5));
  EXPECT_THAT(Walk(), IsOk());
  EXPECT_EQ(sink_.text, "from a");
  EXPECT_EQ(request_->Elapsed(), absl::Seconds(5));
}

TEST_F(TargetWalkTest, SaysHowLongTheOnlyTargetIsParked) {
  FakeCaller& a = AddTarget("a", {.events = {"from a"}});
  Park(0, absl::Minutes(5));
  const absl::Status status = Walk();
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderRateLimited));
  EXPECT_EQ(RetryAfter(status), absl::Minutes(5));
  EXPECT_EQ(GetErrorMetadata(status, "target"), "a");
  EXPECT_EQ(a.calls(), 0);
}

TEST_F(TargetWalkTest, AsksATargetAllTheSameWhoseRestNobodyStated) {
  AddTarget("a", {.events = {"from a"}});
  targets_[0]->instance().keys->Park(0, timers_.Now() + absl::Minutes(1),
                                     /*stated=*/false);
  EXPECT_THAT(Walk(), IsOk());
  EXPECT_EQ(request_->Elapsed(), absl::ZeroDuration());
}

TEST_F(TargetWalkTest, AsksNobodyOnceTheCallerHasGone) {
  AddTarget("a", {.before = absl::Seconds(5), .end = Unavailable()});
  FakeCaller& b = AddTarget("b", {.events = {"from b"}});
  auto cancel = timers_.After(absl::Seconds(1), [this] {
    request_->scope().Cancel(Error(ErrorReason::kCancelled, "gone"));
  });
  EXPECT_THAT(Walk(), HasReason(ErrorReason::kCancelled));
  EXPECT_EQ(b.calls(), 0);
}

}  // namespace
}  // namespace aigateway

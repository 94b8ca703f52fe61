#include "gateway/core/race.h"

#include <memory>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/core/recorded_caller.h"
#include "gateway/core/retrying_caller.h"
#include "gateway/core/target_walk.h"
#include "gateway/core/timeout_caller.h"
#include "tests/fakes/core_fixture.h"
#include "tests/fakes/fake_caller.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;

absl::Status Unavailable() {
  return Error(ErrorReason::kProviderUnavailable, "busy");
}

class RaceTest : public CoreFixture {
 protected:
  // A target with the stack that races need: its tries are recorded and bounded
  // in time.
  FakeCaller& AddTarget(std::string name, FakeCaller::Script script,
                        absl::Duration first_token = absl::InfiniteDuration()) {
    auto fake = std::make_unique<FakeCaller>();
    FakeCaller& caller = *fake;
    caller.Enqueue(std::move(script));
    TargetTimeouts timeouts;
    timeouts.first_token = first_token;
    auto stack = std::make_unique<RetryingCaller>(
        std::make_unique<RecordedCaller>(
            std::make_unique<TimeoutCaller>(std::move(fake), timeouts),
            std::vector<RequestObserver*>{}),
        RetryingCaller::Options{}, std::make_shared<RetryBudget>(0.2));
    targets_.push_back(MakeTarget(std::move(name), std::move(stack), {"k"},
                                  {.timeouts = timeouts}));
    plan_.push_back({targets_.back().get(), "m1"});
    return caller;
  }

  absl::Status Walk(bool stream = true, absl::Duration time = absl::Hours(1)) {
    RequestContext& request = MakeRequest(stream, time);
    return RunToEnd(loop_, timers_, WalkTargets(request, plan_, rules_, sink_));
  }

  void Hedge(absl::Duration after, double share = 1) {
    rules_.hedge.after = after;
    rules_.hedge.budget = std::make_shared<RetryBudget>(share, /*reserve=*/0);
  }

  std::vector<v1::AttemptOutcome> Outcomes() const {
    std::vector<v1::AttemptOutcome> outcomes;
    for (const v1::Attempt& attempt : request_->route().attempts()) {
      outcomes.push_back(attempt.outcome());
    }
    return outcomes;
  }

  WalkRules rules_;
  std::vector<std::unique_ptr<Target>> targets_;
  std::vector<PlannedCall> plan_;
};

TEST_F(RaceTest, AsksASecondTargetWhenTheFirstTokenIsLate) {
  AddTarget("a", {.before = absl::Seconds(20), .events = {"late"}},
            absl::Seconds(5));
  FakeCaller& b = AddTarget("b", {.events = {"from b"}});
  EXPECT_THAT(Walk(), IsOk());
  EXPECT_EQ(sink_.text, "from b");
  EXPECT_EQ(request_->route().target(), "b");
  EXPECT_EQ(request_->Elapsed(), absl::Seconds(5));
  EXPECT_EQ(b.calls(), 1);
  EXPECT_THAT(Outcomes(), ElementsAre(v1::ATTEMPT_OUTCOME_FAILED,
                                      v1::ATTEMPT_OUTCOME_SUCCEEDED));
  // Silent past its limit: it has failed.
  EXPECT_EQ(request_->route().attempts(0).reason(),
            v1::ERROR_REASON_ATTEMPT_TIMEOUT);
}

TEST_F(RaceTest, GoesOnWaitingForALateTargetThatSpeaksFirst) {
  AddTarget("a", {.before = absl::Seconds(6), .events = {"from a"}},
            absl::Seconds(5));
  AddTarget("b", {.before = absl::Seconds(10), .events = {"from b"}});
  EXPECT_THAT(Walk(), IsOk());
  EXPECT_EQ(sink_.text, "from a");
  EXPECT_EQ(request_->route().target(), "a");
  EXPECT_THAT(Outcomes(), ElementsAre(v1::ATTEMPT_OUTCOME_SUCCEEDED,
                                      v1::ATTEMPT_OUTCOME_HEDGE_LOST));
  EXPECT_EQ(request_->route().attempts(1).reason(), v1::ERROR_REASON_CANCELLED);
}

TEST_F(RaceTest, WaitsForTheOnlyTargetHoweverLate) {
  AddTarget("a", {.before = absl::Seconds(20), .events = {"late"}},
            absl::Seconds(5));
  EXPECT_THAT(Walk(), IsOk());
  EXPECT_EQ(sink_.text, "late");
}

TEST_F(RaceTest, AsksTheThirdWhenTheSecondFailsAndTheFirstIsLate) {
  AddTarget("a", {.before = absl::Seconds(60), .events = {"late"}},
            absl::Seconds(5));
  AddTarget("b", {.before = absl::Seconds(1), .end = Unavailable()});
  AddTarget("c", {.before = absl::Seconds(1), .events = {"from c"}});
  EXPECT_THAT(Walk(), IsOk());
  EXPECT_EQ(sink_.text, "from c");
  EXPECT_EQ(request_->Elapsed(), absl::Seconds(7));
}

TEST_F(RaceTest, EndsWithTheLastFailureWhenAllFail) {
  AddTarget("a",
            {.before = absl::Seconds(9),
             .end = Error(ErrorReason::kProviderRateLimited, "slow down")},
            absl::Seconds(5));
  AddTarget("b", {.before = absl::Seconds(1), .end = Unavailable()});
  EXPECT_THAT(Walk(), HasReason(ErrorReason::kProviderRateLimited));
}

TEST_F(RaceTest, EndsAtTheCallersFaultAndCallsTheOthersOff) {
  AddTarget("a", {.before = absl::Seconds(60), .events = {"late"}},
            absl::Seconds(5));
  AddTarget("b", {.before = absl::Seconds(1),
                  .end = Error(ErrorReason::kInvalidRequest, "bad")});
  FakeCaller& c = AddTarget("c", {.events = {"from c"}});
  EXPECT_THAT(Walk(), HasReason(ErrorReason::kInvalidRequest));
  EXPECT_EQ(request_->Elapsed(), absl::Seconds(6));
  EXPECT_EQ(c.calls(), 0);
}

TEST_F(RaceTest, EndsWithTheCallersDeadline) {
  AddTarget("a", {.before = absl::Seconds(60), .events = {"late"}},
            absl::Seconds(5));
  AddTarget("b", {.before = absl::Seconds(60), .events = {"late"}});
  EXPECT_THAT(Walk(true, absl::Seconds(8)),
              HasReason(ErrorReason::kDeadlineExceeded));
  EXPECT_EQ(request_->Elapsed(), absl::Seconds(8));
}

TEST_F(RaceTest, EndsWithTheCallersCancellationWhileTwoAreAsked) {
  AddTarget("a", {.before = absl::Seconds(60), .events = {"late"}},
            absl::Seconds(5));
  AddTarget("b", {.before = absl::Seconds(60), .events = {"late"}});
  auto cancel = timers_.After(absl::Seconds(7), [this] {
    request_->scope().Cancel(Error(ErrorReason::kCancelled, "gone"));
  });
  EXPECT_THAT(Walk(), HasReason(ErrorReason::kCancelled));
}

TEST_F(RaceTest, KeepsAWinnersFailure) {
  AddTarget(
      "a",
      {.before = absl::Seconds(6), .events = {"one "}, .end = Unavailable()},
      absl::Seconds(5));
  AddTarget("b", {.before = absl::Seconds(60), .events = {"from b"}});
  EXPECT_THAT(Walk(), HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_EQ(sink_.text, "one ");
}

TEST_F(RaceTest, HedgesASlowUnaryCall) {
  Hedge(absl::Seconds(2));
  AddTarget("a", {.before = absl::Seconds(30), .text = "slow"});
  AddTarget("b", {.before = absl::Seconds(1), .text = "fast"});
  EXPECT_THAT(Walk(/*stream=*/false), IsOk());
  EXPECT_EQ(sink_.text, "fast");
  EXPECT_EQ(request_->Elapsed(), absl::Seconds(3));
  // It was slow, but within its limits: called off, not failed.
  EXPECT_EQ(request_->route().attempts(0).reason(), v1::ERROR_REASON_CANCELLED);
}

TEST_F(RaceTest, HedgesNobodyWhoSpokeInTime) {
  Hedge(absl::Seconds(2));
  AddTarget("a", {.before = absl::Seconds(1),
                  .events = {"x", "y"},
                  .between = absl::Seconds(30)});
  FakeCaller& b = AddTarget("b", {.events = {"from b"}});
  EXPECT_THAT(Walk(), IsOk());
  EXPECT_EQ(sink_.text, "xy");
  EXPECT_EQ(b.calls(), 0);
}

TEST_F(RaceTest, HedgesAtMostItsShare) {
  Hedge(absl::Seconds(1), /*share=*/0.25);
  AddTarget("a", {.before = absl::Seconds(9), .text = "slow"});
  FakeCaller& b = AddTarget("b", {.text = "fast"});
  for (int i = 0; i < 40; ++i) EXPECT_THAT(Walk(/*stream=*/false), IsOk());
  EXPECT_EQ(b.calls(), 10);
}

TEST_F(RaceTest, StartsNoThirdWhileTheFirstIsWithinItsLimits) {
  Hedge(absl::Seconds(2));
  AddTarget("a", {.before = absl::Seconds(5), .text = "from a"});
  AddTarget("b", {.before = absl::Seconds(1), .end = Unavailable()});
  FakeCaller& c = AddTarget("c", {.text = "from c"});
  EXPECT_THAT(Walk(/*stream=*/false), IsOk());
  EXPECT_EQ(sink_.text, "from a");
  EXPECT_EQ(c.calls(), 0);
}

TEST_F(RaceTest, HedgesAfterTheUsualTimeOfTheTarget) {
  Hedge(absl::ZeroDuration());
  rules_.hedge.percentile = 90;
  FakeCaller& a = AddTarget("a", {.before = absl::Seconds(2), .text = "usual"});
  FakeCaller& b = AddTarget("b", {.text = "fast"});
  // Nothing is known of it yet.
  for (int i = 0; i < 20; ++i) EXPECT_THAT(Walk(/*stream=*/false), IsOk());
  EXPECT_EQ(b.calls(), 0);
  a.Enqueue({.before = absl::Seconds(30), .text = "slow"});
  sink_.text.clear();
  EXPECT_THAT(Walk(/*stream=*/false), IsOk());
  EXPECT_THAT(Walk(/*stream=*/false), IsOk());
  EXPECT_EQ(b.calls(), 1);
  EXPECT_EQ(request_->Elapsed(), absl::Seconds(2));
}

TEST_F(RaceTest, CountsTheTimeOfAttemptsThatOverlapOnce) {
  AddTarget("a", {.before = absl::Seconds(60), .events = {"late"}},
            absl::Seconds(5));
  AddTarget("b", {.before = absl::Seconds(2), .events = {"from b"}});
  EXPECT_THAT(Walk(), IsOk());
  EXPECT_EQ(request_->upstream_time(), absl::Seconds(7));
}

}  // namespace
}  // namespace aigateway

#include "gateway/core/breaker_caller.h"

#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/fakes/core_fixture.h"
#include "tests/fakes/fake_caller.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

class BreakerCallerTest : public CoreFixture {
 protected:
  BreakerCallerTest() {
    auto fake = std::make_unique<FakeCaller>();
    fake_ = fake.get();
    target_ = MakeTarget(
        "a", std::make_unique<BreakerCaller>(std::move(fake), breakers_));
  }

  absl::Status Call(bool stream = false, const std::string& model = "m1",
                    absl::Duration time = absl::Hours(1)) {
    RequestContext& request = MakeRequest(stream, time);
    return RunToEnd(loop_, timers_,
                    target_->caller().Call(
                        {request, *target_, model, request.scope()}, sink_));
  }

  std::shared_ptr<BreakerSet> breakers_ =
      std::make_shared<BreakerSet>(BreakerSettings{.failure_threshold = 2});
  FakeCaller* fake_ = nullptr;
  std::unique_ptr<Target> target_;
};

TEST_F(BreakerCallerTest, SendsNothingOnceTheTargetFailedTooOften) {
  fake_->Enqueue({.end = Error(ErrorReason::kProviderUnavailable, "503")});
  EXPECT_THAT(Call(), HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_THAT(Call(), HasReason(ErrorReason::kProviderUnavailable));
  const absl::Status status = Call();
  EXPECT_THAT(status, HasReason(ErrorReason::kCircuitOpen));
  EXPECT_EQ(RetryAfter(status), absl::Seconds(30));
  EXPECT_EQ(fake_->calls(), 2);
}

TEST_F(BreakerCallerTest, LooksAtEachModelByItself) {
  fake_->Enqueue({.end = Error(ErrorReason::kProviderUnavailable, "503")});
  EXPECT_FALSE(Call(false, "m1").ok());
  EXPECT_FALSE(Call(false, "m1").ok());
  EXPECT_THAT(Call(false, "m2"), HasReason(ErrorReason::kProviderUnavailable));
}

TEST_F(BreakerCallerTest, DoesNotHoldACallersFaultAgainstTheTarget) {
  fake_->Enqueue({.end = Error(ErrorReason::kInvalidRequest, "400")});
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(Call(), HasReason(ErrorReason::kInvalidRequest));
  }
  EXPECT_EQ(breakers_->state(timers_.Now()), Breaker::State::kClosed);
}

TEST_F(BreakerCallerTest, JudgesAStreamAtItsEnd) {
  fake_->Enqueue({.events = {"x", "y"},
                  .end = Error(ErrorReason::kProviderUnavailable, "cut")});
  EXPECT_FALSE(Call(/*stream=*/true).ok());
  EXPECT_FALSE(Call(/*stream=*/true).ok());
  EXPECT_EQ(breakers_->state(timers_.Now()), Breaker::State::kOpen);
}

TEST_F(BreakerCallerTest, LetsTheCallersDeadlineCountForNothing) {
  fake_->Enqueue({.before = absl::Seconds(20), .text = "late"});
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(Call(false, "m1", absl::Seconds(1)).ok());
  }
  EXPECT_EQ(breakers_->state(timers_.Now()), Breaker::State::kClosed);
}

TEST_F(BreakerCallerTest, TriesAgainWhenItsTimeIsOver) {
  fake_->Enqueue({.end = Error(ErrorReason::kProviderUnavailable, "503")});
  fake_->Enqueue({.end = Error(ErrorReason::kProviderUnavailable, "503")});
  fake_->Enqueue({.text = "well"});
  EXPECT_FALSE(Call().ok());
  EXPECT_FALSE(Call().ok());
  timers_.Advance(absl::Seconds(30));
  EXPECT_THAT(Call(), IsOk());
  EXPECT_EQ(breakers_->state(timers_.Now()), Breaker::State::kClosed);
}

}  // namespace
}  // namespace aigateway

#include "gateway/core/bounded_caller.h"

#include <memory>
#include <utility>

#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/fakes/core_fixture.h"
#include "tests/fakes/fake_caller.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

class BoundedCallerTest : public CoreFixture {
 protected:
  BoundedCallerTest() {
    auto fake = std::make_unique<FakeCaller>();
    fake_ = fake.get();
    target_ = MakeTarget(
        "a", std::make_unique<BoundedCaller>(std::move(fake), bound_));
  }

  absl::Status Call(bool stream = false) {
    RequestContext& request = MakeRequest(stream);
    return RunToEnd(loop_, timers_,
                    target_->caller().Call(
                        {request, *target_, model_, request.scope()}, sink_));
  }

  const std::string model_ = "m1";
  std::shared_ptr<ConcurrencyBound> bound_ =
      std::make_shared<ConcurrencyBound>(ConcurrencySettings{.max = 1});
  FakeCaller* fake_ = nullptr;
  std::unique_ptr<Target> target_;
};

TEST_F(BoundedCallerTest, HoldsItsSlotToTheStreamsEnd) {
  fake_->Enqueue({.events = {"x", "y"}, .between = absl::Seconds(5)});
  int seen = -1;
  auto look =
      timers_.After(absl::Seconds(3), [&] { seen = bound_->in_flight(); });
  EXPECT_THAT(Call(/*stream=*/true), IsOk());
  EXPECT_EQ(seen, 1);
  EXPECT_EQ(bound_->in_flight(), 0);
}

TEST_F(BoundedCallerTest, GivesItsSlotBackAfterAFailure) {
  fake_->Enqueue({.end = Error(ErrorReason::kProviderUnavailable, "503")});
  EXPECT_FALSE(Call().ok());
  EXPECT_EQ(bound_->in_flight(), 0);
}

TEST_F(BoundedCallerTest, SaysWhichTargetIsFull) {
  Scope scope;
  auto held = RunToEnd(loop_, timers_, bound_->Acquire(env_, scope, 2));
  ASSERT_THAT(held, IsOk());
  const absl::Status status = Call();
  EXPECT_THAT(status, HasReason(ErrorReason::kOverloaded));
  EXPECT_EQ(GetErrorMetadata(status, "target"), "a");
  EXPECT_TRUE(RetryAfter(status).has_value());
  EXPECT_EQ(fake_->calls(), 0);
}

}  // namespace
}  // namespace aigateway

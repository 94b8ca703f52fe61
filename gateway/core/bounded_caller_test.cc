#include "gateway/core/bounded_caller.h"

#include <memory>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/proto_time.h"
#include "gateway/core/recorded_caller.h"
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

TEST_F(BoundedCallerTest, TheWaitForASlotIsNoTimeOfTheTarget) {
  bound_ = std::make_shared<ConcurrencyBound>(
      ConcurrencySettings{.max = 1, .queue = 1});
  auto fake = std::make_unique<FakeCaller>();
  fake->Enqueue({.events = {"x"}, .between = absl::Seconds(2)});
  target_ = MakeTarget(
      "a", std::make_unique<RecordedCaller>(
               std::make_unique<BoundedCaller>(std::move(fake), bound_),
               std::vector<RequestObserver*>()));
  Scope scope;
  auto held = RunToEnd(loop_, timers_, bound_->Acquire(env_, scope, 2));
  ASSERT_THAT(held, IsOk());
  const absl::Time start = timers_.Now();
  auto release = timers_.After(absl::Seconds(7),
                               [&] { held = absl::CancelledError("over"); });

  EXPECT_THAT(Call(/*stream=*/true), IsOk());

  const absl::Duration all = timers_.Now() - start;
  EXPECT_GE(all, absl::Seconds(7));
  EXPECT_EQ(request_->upstream_time(), all - absl::Seconds(7));
  EXPECT_EQ(FromProto(request_->route().attempts(0).duration()), all)
      << "the caller sees how long it took";
  const auto recent = target_->stats().recent().Read(timers_.Now());
  ASSERT_TRUE(recent.has_value());
  EXPECT_LT(recent->mean, absl::Seconds(7));
}

}  // namespace
}  // namespace aigateway

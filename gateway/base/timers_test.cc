#include "gateway/base/timers.h"

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/scope.h"
#include "gateway/base/task.h"
#include "tests/fakes/fake_timers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::Optional;

TEST(TimerHandleTest, ForgetsItsTimerOnceWhateverHappensToIt) {
  FakeTimers timers;
  int ran = 0;
  Timers::Handle a = timers.After(absl::Seconds(1), [&] { ran += 1; });
  Timers::Handle b = timers.After(absl::Seconds(1), [&] { ran += 10; });
  b = std::move(a);  // Forgets b's own.
  EXPECT_EQ(timers.pending(), 1u);
  const Timers::Handle c = std::move(b);
  EXPECT_EQ(timers.pending(), 1u);
  a.Reset();
  b.Reset();
  timers.Advance(absl::Seconds(1));
  EXPECT_EQ(ran, 1);
}

TEST(TimerHandleTest, MayBeResetAfterItFired) {
  FakeTimers timers;
  Timers::Handle fired = timers.After(absl::Seconds(1), [] {});
  timers.Advance(absl::Seconds(1));
  bool ran = false;
  const Timers::Handle other =
      timers.After(absl::Seconds(1), [&] { ran = true; });
  fired.Reset();
  timers.Advance(absl::Seconds(1));
  EXPECT_TRUE(ran);
}

class SleepTest : public ::testing::Test {
 protected:
  Task<void> Sleep(absl::Duration delay) {
    ended_ = co_await timers_.Sleep(scope_, delay);
  }
  void Begin(absl::Duration delay) {
    loop_.Spawn(Sleep(delay));
    loop_.RunUntilIdle();
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Scope scope_;
  std::optional<absl::Status> ended_;
};

TEST_F(SleepTest, EndsWhenTheTimeHasCome) {
  Begin(absl::Milliseconds(100));
  timers_.Advance(absl::Milliseconds(99));
  EXPECT_EQ(ended_, std::nullopt);
  timers_.Advance(absl::Milliseconds(1));
  EXPECT_THAT(ended_, Optional(IsOk()));
}

TEST_F(SleepTest, EndsAtOnceWithTheReasonWhenCancelled) {
  Begin(absl::Milliseconds(100));
  scope_.Cancel(absl::CancelledError("gone"));
  EXPECT_THAT(ended_, Optional(absl::CancelledError("gone")));
  EXPECT_EQ(timers_.pending(), 0u);
}

TEST_F(SleepTest, DoesNotBeginInACancelledScope) {
  scope_.Cancel(absl::CancelledError("gone"));
  Begin(absl::Milliseconds(100));
  EXPECT_THAT(ended_, Optional(absl::CancelledError("gone")));
  EXPECT_EQ(timers_.pending(), 0u);
}

TEST_F(SleepTest, LeavesNoWatchBehind) {
  Begin(absl::Milliseconds(100));
  timers_.Advance(absl::Milliseconds(100));
  // A scope that still had a watch would end the process when it goes.
  scope_.Cancel(absl::CancelledError("late"));
  EXPECT_THAT(ended_, Optional(IsOk()));
}

TEST_F(SleepTest, SleepsForEverOnlyUntilCancelled) {
  Begin(absl::InfiniteDuration());
  timers_.Advance(absl::Hours(24 * 365));
  EXPECT_EQ(ended_, std::nullopt);
  scope_.Cancel(absl::CancelledError("gone"));
  EXPECT_TRUE(ended_.has_value());
}

}  // namespace
}  // namespace aigateway

#include "tests/fakes/fake_timers.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/scope.h"
#include "gateway/base/task.h"
#include "gateway/base/timers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FakeTimersTest, RunsNothingUntilTimeMoves) {
  FakeTimers timers;
  bool ran = false;
  const Timers::Handle handle =
      timers.After(absl::ZeroDuration(), [&] { ran = true; });
  EXPECT_FALSE(ran);
  timers.Advance(absl::ZeroDuration());
  EXPECT_TRUE(ran);
}

TEST(FakeTimersTest, RunsInOrderOfTimeThenOfArmingAtTheirOwnTimes) {
  FakeTimers timers;
  const absl::Time start = timers.Now();
  std::vector<std::pair<char, absl::Duration>> ran;
  const auto arm = [&](char name, int ms) {
    return timers.After(absl::Milliseconds(ms), [&ran, &timers, start, name] {
      ran.emplace_back(name, timers.Now() - start);
    });
  };
  const Timers::Handle c = arm('c', 20);
  const Timers::Handle a = arm('a', 10);
  const Timers::Handle b = arm('b', 10);
  const Timers::Handle late = arm('x', 31);

  timers.Advance(absl::Milliseconds(30));

  EXPECT_THAT(ran, ElementsAre(std::pair('a', absl::Milliseconds(10)),
                               std::pair('b', absl::Milliseconds(10)),
                               std::pair('c', absl::Milliseconds(20))));
  EXPECT_EQ(timers.Now() - start, absl::Milliseconds(30));
  EXPECT_EQ(timers.NextDue() - start, absl::Milliseconds(31));
  EXPECT_EQ(timers.pending(), 1u);
}

TEST(FakeTimersTest, ForgetsWhatLostItsHandle) {
  FakeTimers timers;
  bool ran = false;
  Timers::Handle handle = timers.After(absl::Seconds(1), [&] { ran = true; });
  handle.Reset();
  EXPECT_EQ(timers.pending(), 0u);
  timers.Advance(absl::Seconds(2));
  EXPECT_FALSE(ran);
}

TEST(FakeTimersTest, ACallbackMayArmAndForgetOthers) {
  FakeTimers timers;
  std::vector<std::string> ran;
  Timers::Handle second;
  Timers::Handle third =
      timers.After(absl::Seconds(3), [&] { ran.push_back("third"); });
  const Timers::Handle first = timers.After(absl::Seconds(1), [&] {
    ran.push_back("first");
    third.Reset();
    second = timers.After(absl::Seconds(1), [&] { ran.push_back("second"); });
  });
  timers.Advance(absl::Seconds(5));
  EXPECT_THAT(ran, ElementsAre("first", "second"));
}

TEST(FakeTimersTest, InfiniteFutureIsNeverDue) {
  FakeTimers timers;
  const Timers::Handle handle =
      timers.At(absl::InfiniteFuture(), [] { FAIL() << "ran"; });
  EXPECT_EQ(timers.NextDue(), absl::InfiniteFuture());
  EXPECT_FALSE(timers.AdvanceToNext());
  timers.Advance(absl::Hours(1000000));
}

TEST(FakeTimersTest, WhatIsOverdueRunsWithoutTurningTimeBack) {
  FakeTimers timers;
  const absl::Time start = timers.Now();
  int ran = 0;
  const Timers::Handle handle =
      timers.At(start - absl::Seconds(5), [&] { ++ran; });
  EXPECT_TRUE(timers.AdvanceToNext());
  EXPECT_EQ(ran, 1);
  EXPECT_EQ(timers.Now(), start);
}

TEST(FakeTimersTest, RunsItsLoopBetweenCallbacks) {
  FakeLoop loop;
  FakeTimers timers(&loop);
  std::vector<std::string> ran;
  const Timers::Handle a = timers.After(
      absl::Seconds(1), [&] { loop.Post([&] { ran.push_back("posted"); }); });
  const Timers::Handle b =
      timers.After(absl::Seconds(2), [&] { ran.push_back("timer"); });
  timers.Advance(absl::Seconds(2));
  EXPECT_THAT(ran, ElementsAre("posted", "timer"));
}

TEST(FakeLoopTest, RunsPostedWorkInOrderAndOnlyWhenTold) {
  FakeLoop loop;
  std::vector<int> ran;
  loop.Post([&] {
    ran.push_back(1);
    loop.Post([&] { ran.push_back(3); });
  });
  loop.Post([&] { ran.push_back(2); });
  EXPECT_THAT(ran, IsEmpty());
  EXPECT_EQ(loop.RunUntilIdle(), 3u);
  EXPECT_THAT(ran, ElementsAre(1, 2, 3));
  EXPECT_EQ(loop.RunUntilIdle(), 0u);
  loop.Post([&] { ran.push_back(4); });
  EXPECT_EQ(loop.RunUntilIdle(), 1u);
}

Task<std::unique_ptr<int>> Give(int value) {
  co_return std::make_unique<int>(value);
}
Task<void> Set(bool* done) {
  *done = true;
  co_return;
}
Task<absl::Status> SleepTwice(Timers& timers, Scope& scope) {
  const absl::Status first =
      co_await timers.Sleep(scope, absl::Milliseconds(10));
  if (!first.ok()) co_return first;
  co_return co_await timers.Sleep(scope, absl::Milliseconds(20));
}

TEST(RunToEndTest, ReturnsWhatTheTaskGives) {
  FakeLoop loop;
  EXPECT_EQ(*RunToEnd(loop, Give(7)), 7);
  bool done = false;
  RunToEnd(loop, Set(&done));
  EXPECT_TRUE(done);
}

TEST(RunToEndTest, MovesTimeToTheNextTimerWhileTheTaskWaits) {
  FakeLoop loop;
  FakeTimers timers;
  Scope scope;
  const absl::Time start = timers.Now();
  EXPECT_THAT(RunToEnd(loop, timers, SleepTwice(timers, scope)), IsOk());
  EXPECT_EQ(timers.Now() - start, absl::Milliseconds(30));
}

TEST(RunToEndDeathTest, EndsTheProcessIfTheTaskWaitsForNothing) {
  FakeLoop loop;
  FakeTimers timers;
  Scope scope;
  EXPECT_DEATH((void)RunToEnd(loop, SleepTwice(timers, scope)), "check failed");
}

}  // namespace
}  // namespace aigateway

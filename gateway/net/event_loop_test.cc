#include "gateway/net/event_loop.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <pthread.h>
#include <signal.h>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/clock.h"
#include "gateway/base/env.h"
#include "gateway/base/random.h"
#include "gateway/base/scope.h"
#include "gateway/base/task.h"
#include "gateway/base/timers.h"
#include "gateway/net/turn_meter.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;

std::unique_ptr<EventLoop> MakeLoop(EventLoop::Options options = {}) {
  absl::StatusOr<std::unique_ptr<EventLoop>> loop =
      EventLoop::Create(std::move(options));
  EXPECT_TRUE(loop.ok()) << loop.status();
  return *std::move(loop);
}

Task<void> SleepThenNote(Timers& timers, Scope& scope, absl::Duration delay,
                         std::vector<int>& notes, int number) {
  if ((co_await timers.Sleep(scope, delay)).ok()) notes.push_back(number);
}

Task<void> WaitFor(Waiter<int>& waiter, std::vector<int>& notes) {
  notes.push_back(co_await waiter.Wait());
}

Task<void> Throw() {
  throw std::runtime_error("a bug");
  co_return;
}

TEST(EventLoopTest, RunsWhatIsPostedInOrder) {
  const std::unique_ptr<EventLoop> loop = MakeLoop();
  std::vector<int> notes;
  for (int i = 0; i < 3; ++i) loop->Post([&notes, i] { notes.push_back(i); });
  EXPECT_THAT(notes, ElementsAre());
  loop->RunReady();
  EXPECT_THAT(notes, ElementsAre(0, 1, 2));
}

TEST(EventLoopTest, KeepsEachThreadsOrder) {
  const std::unique_ptr<EventLoop> loop = MakeLoop();
  ASSERT_TRUE(loop->Start().ok());
  constexpr int kThreads = 4;
  constexpr int kPosts = 500;
  std::vector<std::vector<int>> notes(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&loop, &notes, t] {
      for (int i = 0; i < kPosts; ++i) {
        loop->Post(
            [&notes, t, i] { notes[static_cast<size_t>(t)].push_back(i); });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  loop->Stop();
  loop->Join();
  for (const std::vector<int>& each : notes) {
    ASSERT_EQ(each.size(), kPosts);
    EXPECT_TRUE(std::is_sorted(each.begin(), each.end()));
  }
}

TEST(EventLoopTest, RunsCoroutinesSideBySide) {
  const std::unique_ptr<EventLoop> loop = MakeLoop();
  std::vector<int> notes;
  Scope scope;
  loop->Spawn(
      SleepThenNote(loop->timers(), scope, absl::Milliseconds(20), notes, 2));
  loop->Spawn(
      SleepThenNote(loop->timers(), scope, absl::Milliseconds(1), notes, 1));
  EXPECT_EQ(loop->roots(), 2);
  EXPECT_TRUE(
      loop->RunUntil([&] { return loop->roots() == 0; }, absl::Seconds(10)));
  EXPECT_THAT(notes, ElementsAre(1, 2));
}

// The scope that is waited with lives in the coroutine, and dies as that goes
// on: within the Cancel() that woke it.
Task<void> SleepInAChildOf(Scope& parent, Timers& timers,
                           std::vector<int>& notes) {
  for (int i = 0; i < 2; ++i) {
    Scope child(parent);
    const absl::Status status = co_await timers.Sleep(child, absl::Hours(1));
    notes.push_back(status.ok() ? 0 : 1);
  }
}

TEST(EventLoopTest, AScopeMayDieInTheCoroutineThatItWakes) {
  const std::unique_ptr<EventLoop> loop = MakeLoop();
  std::vector<int> notes;
  Scope scope;
  loop->Spawn(SleepInAChildOf(scope, loop->timers(), notes));
  loop->RunReady();
  scope.Cancel(absl::CancelledError("enough"));
  EXPECT_THAT(notes, ElementsAre(1, 1));
  loop->RunReady();
  EXPECT_EQ(loop->roots(), 0);
}

TEST(EventLoopTest, StopLetsRootsEndAndRunsWhatWasPostedBefore) {
  const std::unique_ptr<EventLoop> loop = MakeLoop();
  std::vector<int> notes;
  Waiter<int> waiter;
  loop->Spawn(WaitFor(waiter, notes));
  loop->Post([&notes] { notes.push_back(1); });
  ASSERT_TRUE(loop->Start().ok());
  loop->Stop();
  // The loop runs on, for a root has not ended.
  loop->Post([&waiter] { waiter.Wake(2); });
  loop->Join();
  EXPECT_THAT(notes, ElementsAre(1, 2));
}

TEST(EventLoopTest, ALoopThatNeverRanCanBeDropped) {
  const std::unique_ptr<EventLoop> loop = MakeLoop();
  auto held = std::make_shared<int>(1);
  loop->Post([held] {});
}

TEST(EventLoopTest, KnowsItsThread) {
  const std::unique_ptr<EventLoop> loop = MakeLoop();
  EXPECT_FALSE(loop->IsCurrent());
  bool current = false;
  loop->Post([&] { current = loop->IsCurrent(); });
  loop->RunReady();
  EXPECT_TRUE(current);
  EXPECT_FALSE(loop->IsCurrent());
}

TEST(EventLoopTest, NamesItsThreadAndLeavesSignalsToOthers) {
  const std::unique_ptr<EventLoop> loop =
      MakeLoop({.name = "a name of more than fifteen"});
  std::string name;
  sigset_t blocked;
  loop->Post([&] {
    char buffer[64] = {};
    pthread_getname_np(pthread_self(), buffer, sizeof(buffer));
    name = buffer;
    pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  });
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, nullptr, &before);
  ASSERT_TRUE(loop->Start().ok());
  loop->Stop();
  loop->Join();
  EXPECT_EQ(name, "a name of more ");
  for (int signal : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) {
    EXPECT_EQ(sigismember(&blocked, signal), 1) << signal;
  }
  sigset_t after;
  pthread_sigmask(SIG_BLOCK, nullptr, &after);
  for (int signal = 1; signal < SIGRTMIN; ++signal) {
    EXPECT_EQ(sigismember(&after, signal), sigismember(&before, signal));
  }
}

TEST(EventLoopTest, LendsAllFourDoors) {
  const std::unique_ptr<EventLoop> loop = MakeLoop({.seed = 7});
  const Env env = loop->env();
  EXPECT_EQ(env.loop, loop.get());
  EXPECT_EQ(env.clock, Clock::Real());
  EXPECT_EQ(env.timers, &loop->timers());
  EXPECT_EQ(env.http, &loop->http());
  EXPECT_EQ(env.random->Next(), Random(7).Next());
}

TEST(EventLoopTest, DrawsOtherNumbersAtEachStartUnlessSeeded) {
  const std::unique_ptr<EventLoop> one = MakeLoop();
  const std::unique_ptr<EventLoop> two = MakeLoop();
  EXPECT_NE(one->env().random->Next(), two->env().random->Next());
}

TEST(EventLoopTest, TellsOtherThreadsHowLongItIsHeld) {
  const std::unique_ptr<EventLoop> loop = MakeLoop();
  ASSERT_TRUE(loop->Start().ok());
  std::atomic<bool> held_long_enough = false;
  loop->Post([&] {
    while (!held_long_enough) {
    }
  });
  while (loop->meter().held_for() < TurnMeter::kLong) {
  }
  held_long_enough = true;
  loop->Stop();
  loop->Join();
  EXPECT_EQ(loop->meter().long_turns(), 1);
  EXPECT_EQ(loop->meter().held_for(), absl::ZeroDuration());
}

TEST(EventLoopTest, RunUntilGivesUpInTime) {
  const std::unique_ptr<EventLoop> loop = MakeLoop();
  EXPECT_FALSE(loop->RunUntil([] { return false; }, absl::Milliseconds(2)));
}

TEST(EventLoopDeathTest, AnExceptionThatLeavesARootEndsTheProcess) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        const std::unique_ptr<EventLoop> loop = MakeLoop();
        loop->Spawn(Throw());
        loop->RunUntil([&] { return loop->roots() == 0; }, absl::Seconds(10));
      },
      "an exception left a coroutine: a bug");
}

}  // namespace
}  // namespace aigateway

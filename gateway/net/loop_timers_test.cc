#include "gateway/net/loop_timers.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "asio/io_context.hpp"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/clock.h"
#include "gateway/base/random.h"
#include "gateway/net/turn_meter.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;

class ManualClock final : public Clock {
 public:
  absl::Time Now() const override { return now_; }
  void Advance(absl::Duration by) { now_ += by; }

 private:
  absl::Time now_ = absl::FromUnixSeconds(1'000'000);
};

// The clock stands still unless moved, and the system's timer never fires in
// the time that a test takes: what is due runs when the loop is nudged.
class LoopTimersTest : public ::testing::Test {
 protected:
  Timers::Handle Note(int number, absl::Duration delay) {
    return timers_.After(delay, [this, number] { ran_.push_back(number); });
  }
  // Moves the clock and runs what is due then.
  void Advance(absl::Duration by) {
    clock_.Advance(by);
    bool nudged = false;
    const Timers::Handle nudge =
        timers_.At(absl::InfinitePast(), [&nudged] { nudged = true; });
    while (!nudged) io_.poll_one();
  }

  asio::io_context io_{1};
  ManualClock clock_;
  TurnMeter meter_;
  LoopTimers timers_{io_, &clock_, &meter_};
  std::vector<int> ran_;
};

TEST_F(LoopTimersTest, RunsInTheOrderOfTimeAndOfAdding) {
  const Timers::Handle handles[] = {
      Note(1, absl::Seconds(30)), Note(2, absl::Seconds(10)),
      Note(3, absl::Seconds(20)), Note(4, absl::Seconds(10)),
      Note(5, absl::Seconds(40))};

  Advance(absl::Seconds(30));

  EXPECT_THAT(ran_, ElementsAre(2, 4, 3, 1));
  EXPECT_EQ(timers_.size(), 1);
}

TEST_F(LoopTimersTest, NeverRunsEarly) {
  const Timers::Handle handle = Note(1, absl::Seconds(10));
  Advance(absl::Seconds(10) - absl::Nanoseconds(1));
  EXPECT_THAT(ran_, ElementsAre());
  Advance(absl::Nanoseconds(1));
  EXPECT_THAT(ran_, ElementsAre(1));
}

TEST_F(LoopTimersTest, ForgetsWhatWasDropped) {
  Timers::Handle dropped = Note(1, absl::Seconds(1));
  const Timers::Handle kept = Note(2, absl::Seconds(1));
  dropped.Reset();
  dropped.Reset();
  Advance(absl::Seconds(2));
  EXPECT_THAT(ran_, ElementsAre(2));
}

TEST_F(LoopTimersTest, AHandleThatOutlivesItsTimerForgetsNoOther) {
  std::optional<Timers::Handle> first = Note(1, absl::Seconds(1));
  Advance(absl::Seconds(1));
  // It gets the same slot.
  const Timers::Handle second = Note(2, absl::Seconds(1));

  first.reset();

  Advance(absl::Seconds(1));
  EXPECT_THAT(ran_, ElementsAre(1, 2));
}

TEST_F(LoopTimersTest, ACallbackMayForgetOthersAndAddMore) {
  Timers::Handle victim = Note(9, absl::Seconds(1));
  Timers::Handle added;
  const Timers::Handle actor =
      timers_.After(absl::Milliseconds(999), [&victim, &added, this] {
        victim.Reset();
        added = Note(7, absl::Seconds(1));
      });
  Advance(absl::Seconds(1));
  EXPECT_THAT(ran_, ElementsAre());
  Advance(absl::Seconds(1));
  EXPECT_THAT(ran_, ElementsAre(7));
}

TEST_F(LoopTimersTest, ATimerDueAtOnceRunsLaterAndLetsOthersRunBetween) {
  int rounds = 0;
  std::vector<Timers::Handle> handles;
  absl::AnyInvocable<void()> again = [&] {
    if (++rounds < 3) {
      handles.push_back(
          timers_.After(absl::ZeroDuration(), [&again] { again(); }));
    }
  };
  handles.push_back(timers_.After(absl::ZeroDuration(), [&again] { again(); }));
  EXPECT_EQ(rounds, 0);
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(io_.poll_one(), 1);
    EXPECT_EQ(rounds, i);
  }
}

TEST_F(LoopTimersTest, ATimerInTheInfiniteFutureIsNone) {
  const Timers::Handle handle =
      timers_.At(absl::InfiniteFuture(), [] { FAIL(); });
  EXPECT_EQ(timers_.size(), 0);
  EXPECT_EQ(timers_.armings(), 0);
}

TEST_F(LoopTimersTest, RequestsThatComeAndGoCostNoArming) {
  // Deadlines of requests: each later than those before, nearly all forgotten.
  const absl::Time first_due = clock_.Now() + absl::Seconds(30);
  const Timers::Handle first = Note(0, absl::Seconds(30));
  for (int i = 1; i <= 10000; ++i) {
    clock_.Advance(absl::Milliseconds(1));
    const Timers::Handle deadline = Note(i, absl::Seconds(30));
    // Earlier, but not by as much as the accuracy.
    const Timers::Handle about_as_soon =
        timers_.At(first_due - absl::Microseconds(900), [] {});
  }
  EXPECT_LE(timers_.armings(), 1);
}

TEST_F(LoopTimersTest, ForgettingTheSoonestArmsNothing) {
  const Timers::Handle late = Note(1, absl::Hours(1));
  {
    const Timers::Handle soon = Note(2, absl::Minutes(1));
  }
  EXPECT_EQ(timers_.armings(), 2);
  {
    const Timers::Handle soon = Note(3, absl::Minutes(1));
  }
  EXPECT_EQ(timers_.armings(), 2);
}

TEST_F(LoopTimersTest, AgreesWithASimpleModel) {
  Random random(1);
  struct Expected {
    absl::Time when;
    uint64_t order;
    bool operator<(const Expected& other) const {
      return when != other.when ? when < other.when : order < other.order;
    }
  };
  std::map<Expected, int> model;
  std::map<int, std::pair<Expected, Timers::Handle>> handles;
  std::vector<int> expected;
  int next = 0;
  for (int step = 0; step < 20000; ++step) {
    const uint64_t dice = random.Next() % 10;
    if (dice < 6) {
      const absl::Duration delay =
          absl::Milliseconds(1 + static_cast<int>(random.Next() % 50));
      const Expected key = {clock_.Now() + delay, static_cast<uint64_t>(next)};
      model[key] = next;
      handles[next] = {key, Note(next, delay)};
      ++next;
    } else if (dice < 9 && !handles.empty()) {
      auto it = handles.lower_bound(
          static_cast<int>(random.Next() % static_cast<uint64_t>(next + 1)));
      if (it == handles.end()) it = handles.begin();
      model.erase(it->second.first);
      handles.erase(it);
    } else {
      Advance(absl::Milliseconds(static_cast<int>(random.Next() % 20)));
      while (!model.empty() && model.begin()->first.when <= clock_.Now()) {
        expected.push_back(model.begin()->second);
        handles.erase(model.begin()->second);
        model.erase(model.begin());
      }
      ASSERT_EQ(ran_, expected);
    }
    ASSERT_EQ(timers_.size(), model.size());
  }
  EXPECT_GT(expected.size(), 1000);
}

TEST(LoopTimersRealTimeTest, FiresSoonAfterItIsDue) {
  asio::io_context io(1);
  TurnMeter meter;
  LoopTimers timers(io, Clock::Real(), &meter);
  const absl::Time start = timers.Now();
  absl::Duration least_late = absl::InfiniteDuration();
  std::vector<Timers::Handle> handles;
  for (int i = 1; i <= 20; ++i) {
    const absl::Time due = start + absl::Milliseconds(3 * i);
    handles.push_back(timers.At(due, [&timers, &least_late, due] {
      EXPECT_GE(timers.Now(), due);
      least_late = std::min(least_late, timers.Now() - due);
    }));
  }
  io.run_for(std::chrono::seconds(10));
  EXPECT_EQ(timers.size(), 0);
  // Whatever else runs on the machine, one of twenty comes in time.
  EXPECT_LE(least_late, absl::Milliseconds(2));
}

TEST(LoopTimersRealTimeTest, ComesInTimeForATimerSoonerThanTheArmedOne) {
  asio::io_context io(1);
  TurnMeter meter;
  LoopTimers timers(io, Clock::Real(), &meter);
  bool fired = false;
  const Timers::Handle late = timers.After(absl::Hours(1), [] { FAIL(); });
  const Timers::Handle soon =
      timers.After(absl::Milliseconds(5), [&fired] { fired = true; });
  while (!fired && io.run_one_for(std::chrono::seconds(10)) > 0) {
  }
  EXPECT_TRUE(fired);
}

}  // namespace
}  // namespace aigateway

#include "gateway/resilience/concurrency_bound.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/fakes/fake_timers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;

using Slot = ConcurrencyBound::Slot;

class ConcurrencyBoundTest : public testing::Test {
 protected:
  // One that wants a slot, and what came of it.
  struct Caller {
    explicit Caller(std::string n) : name(std::move(n)) {}
    std::string name;
    Scope scope;
    std::optional<Slot> slot;
    absl::Status status;
    bool done = false;
  };

  Caller& Ask(ConcurrencyBound& bound, std::string name, int priority = 2,
              absl::Duration time = absl::InfiniteDuration()) {
    callers_.push_back(std::make_unique<Caller>(std::move(name)));
    Caller& caller = *callers_.back();
    if (time < absl::InfiniteDuration()) deadline_ = timers_.Now() + time;
    loop_.Spawn(Acquire(bound, caller, priority));
    loop_.RunUntilIdle();
    return caller;
  }

  Task<void> Acquire(ConcurrencyBound& bound, Caller& caller, int priority) {
    Scope scope(caller.scope, std::exchange(deadline_, absl::InfiniteFuture()));
    absl::StatusOr<Slot> slot = co_await bound.Acquire(env_, scope, priority);
    caller.status = slot.status();
    if (slot.ok()) {
      order_.push_back(caller.name);
      caller.slot.emplace(*std::move(slot));
    }
    caller.done = true;
  }

  // A call that took `time` gives its slot back.
  void GiveBack(Caller& caller, absl::Duration time = absl::ZeroDuration(),
                bool overloaded = false) {
    timers_.Advance(time);
    if (time > absl::ZeroDuration()) {
      if (!overloaded) caller.slot->OnSpeech(timers_.Now());
      caller.slot->OnEnd(timers_.Now(), overloaded);
    }
    caller.slot.reset();
    loop_.RunUntilIdle();
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Env env_{.loop = &loop_, .clock = &timers_, .timers = &timers_};
  absl::Time deadline_ = absl::InfiniteFuture();
  std::vector<std::string> order_;
  std::vector<std::unique_ptr<Caller>> callers_;
};

TEST_F(ConcurrencyBoundTest, LetsSoManyInAndRefusesTheRest) {
  ConcurrencyBound bound({.max = 2});
  Caller& a = Ask(bound, "a");
  Ask(bound, "b");
  EXPECT_THAT(Ask(bound, "c").status, HasReason(ErrorReason::kOverloaded));
  EXPECT_EQ(bound.in_flight(), 2);
  GiveBack(a);
  EXPECT_THAT(Ask(bound, "d").status, IsOk());
  EXPECT_THAT(order_, ElementsAre("a", "b", "d"));
  for (auto& caller : callers_) caller->slot.reset();
  EXPECT_EQ(bound.in_flight(), 0);
}

TEST_F(ConcurrencyBoundTest, HandsSlotsOverInOrderAndByPriority) {
  ConcurrencyBound bound({.max = 1, .queue = 10});
  Caller& a = Ask(bound, "a");
  Ask(bound, "batch", 1);
  Ask(bound, "b");
  Ask(bound, "c");
  Ask(bound, "urgent", 3);
  EXPECT_EQ(bound.queued(), 4);
  GiveBack(a);
  for (int i = 4; i >= 1; --i) {
    for (auto& caller : callers_) {
      if (caller->slot.has_value()) {
        GiveBack(*caller);
        break;
      }
    }
  }
  EXPECT_THAT(order_, ElementsAre("a", "urgent", "b", "c", "batch"));
  EXPECT_EQ(bound.in_flight(), 0);
}

TEST_F(ConcurrencyBoundTest, ShowsBatchOutOfAFullQueue) {
  ConcurrencyBound bound({.max = 1, .queue = 1});
  Ask(bound, "a");
  Caller& batch = Ask(bound, "batch", 1);
  EXPECT_FALSE(batch.done);
  Caller& b = Ask(bound, "b", 2);
  EXPECT_THAT(batch.status, HasReason(ErrorReason::kOverloaded));
  EXPECT_FALSE(b.done);
  EXPECT_THAT(Ask(bound, "c", 2).status, HasReason(ErrorReason::kOverloaded));
  GiveBack(*callers_[0]);
  EXPECT_THAT(order_, ElementsAre("a", "b"));
  b.slot.reset();
}

TEST_F(ConcurrencyBoundTest, RefusesAtOnceWhatCannotHaveItsTurnInTime) {
  ConcurrencyBound bound({.max = 1, .queue = 10});
  GiveBack(Ask(bound, "a"), absl::Seconds(10));
  Caller& b = Ask(bound, "b");
  Caller& late = Ask(bound, "late", 2, absl::Seconds(5));
  EXPECT_THAT(late.status, HasReason(ErrorReason::kOverloaded));
  EXPECT_EQ(RetryAfter(late.status), absl::Seconds(10));
  Caller& patient = Ask(bound, "patient", 2, absl::Seconds(15));
  EXPECT_FALSE(patient.done);
  GiveBack(b);
  EXPECT_TRUE(patient.slot.has_value());
  patient.slot.reset();
}

TEST_F(ConcurrencyBoundTest, WaitsNoLongerThanTheQueuesLimit) {
  ConcurrencyBound bound(
      {.max = 1, .queue = 10, .queue_timeout = absl::Seconds(3)});
  Ask(bound, "a");
  Caller& b = Ask(bound, "b");
  timers_.Advance(absl::Seconds(2));
  EXPECT_FALSE(b.done);
  timers_.Advance(absl::Seconds(1));
  EXPECT_THAT(b.status, HasReason(ErrorReason::kOverloaded));
  EXPECT_EQ(bound.queued(), 0);
  callers_[0]->slot.reset();
}

TEST_F(ConcurrencyBoundTest, ForgetsOneWhoHasGone) {
  ConcurrencyBound bound({.max = 1, .queue = 10});
  Caller& a = Ask(bound, "a");
  Caller& b = Ask(bound, "b");
  Ask(bound, "c");
  b.scope.Cancel(Error(ErrorReason::kCancelled, "gone"));
  loop_.RunUntilIdle();
  EXPECT_THAT(b.status, HasReason(ErrorReason::kCancelled));
  GiveBack(a);
  EXPECT_THAT(order_, ElementsAre("a", "c"));
  callers_[2]->slot.reset();
  EXPECT_EQ(bound.in_flight(), 0);
}

// The slot is on its way to one who goes before it arrives.
TEST_F(ConcurrencyBoundTest, PassesOnASlotWhoseReceiverHasGone) {
  ConcurrencyBound bound({.max = 1, .queue = 10});
  Caller& a = Ask(bound, "a");
  Caller& b = Ask(bound, "b");
  Ask(bound, "c");
  a.slot.reset();
  b.scope.Cancel(Error(ErrorReason::kCancelled, "gone"));
  loop_.RunUntilIdle();
  EXPECT_THAT(order_, ElementsAre("a", "c"));
  callers_[2]->slot.reset();
  EXPECT_EQ(bound.in_flight(), 0);
}

TEST_F(ConcurrencyBoundTest, SendsAllAwayWhoWait) {
  ConcurrencyBound bound({.max = 1, .queue = 10});
  Ask(bound, "a");
  Caller& b = Ask(bound, "b");
  bound.RefuseWaiting(Error(ErrorReason::kOverloaded, "drained"));
  loop_.RunUntilIdle();
  EXPECT_THAT(b.status, HasReason(ErrorReason::kOverloaded));
  callers_[0]->slot.reset();
  EXPECT_EQ(bound.in_flight(), 0);
}

TEST_F(ConcurrencyBoundTest, FollowsTheTargetsLatency) {
  ConcurrencyBound bound({.max = 20, .adaptive = true, .min = 2});
  const auto run = [&](absl::Duration time, bool overloaded, int rounds) {
    for (int i = 0; i < rounds; ++i) {
      std::vector<Caller*> some;
      for (int k = bound.limit(); k > 0; --k) some.push_back(&Ask(bound, "x"));
      timers_.Advance(time);
      for (Caller* caller : some) {
        if (!overloaded) caller->slot->OnSpeech(timers_.Now());
        caller->slot->OnEnd(timers_.Now(), overloaded);
        caller->slot.reset();
      }
    }
  };
  run(absl::Milliseconds(100), false, 3);
  EXPECT_EQ(bound.limit(), 20);
  run(absl::Milliseconds(100), true, 3);
  EXPECT_EQ(bound.limit(), 2);
  run(absl::Milliseconds(100), false, 20);
  EXPECT_GT(bound.limit(), 10);
  const int before = bound.limit();
  run(absl::Seconds(2), false, 1);
  EXPECT_LT(bound.limit(), before);
  EXPECT_EQ(bound.in_flight(), 0);
}

}  // namespace
}  // namespace aigateway

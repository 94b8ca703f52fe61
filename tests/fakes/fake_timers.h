#ifndef AIGATEWAY_TESTS_FAKES_FAKE_TIMERS_H_
#define AIGATEWAY_TESTS_FAKES_FAKE_TIMERS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "asio/io_context.hpp"

#include "gateway/base/check.h"
#include "gateway/base/clock.h"
#include "gateway/base/loop.h"
#include "gateway/base/task.h"
#include "gateway/base/timers.h"

namespace aigateway {

// A loop without a thread: it runs when a test says so. Post() is thread-safe,
// the rest belongs to one thread. Whoever spawns sees to it that the coroutine
// ends before this object does.
class FakeLoop final : public Loop {
 public:
  void Post(absl::AnyInvocable<void()> work) override;
  void Spawn(Task<void> root) override;

  // Runs what is ready and what that makes ready. Returns how much ran.
  size_t RunUntilIdle();

 private:
  asio::io_context io_context_;
};

// Time that moves only when a test moves it: both the clock and the timers of a
// loop.
class FakeTimers final : public Timers, public Clock {
 public:
  // Begins on a day in 2023. With a `loop`, which must outlive this object,
  // that is run until idle before time moves and after each callback, as a
  // real loop would be.
  explicit FakeTimers(FakeLoop* loop = nullptr) : loop_(loop) {}

  absl::Time Now() const override { return now_; }

  // Moves the time on by `step`, not negative. What falls due runs at its own
  // time: in order of time, then of arming. What a callback arms within the
  // step runs too.
  void Advance(absl::Duration step);
  // When the next callback is due; InfiniteFuture if none is.
  absl::Time NextDue() const;
  // Moves the time to NextDue() and runs what is due then. Returns false if
  // nothing is.
  bool AdvanceToNext();
  // How many callbacks are due some time.
  size_t pending() const { return due_.size(); }

 private:
  using Key = std::pair<absl::Time, uint64_t>;

  uint64_t Add(absl::Time when, absl::AnyInvocable<void()> callback) override;
  void Forget(uint64_t id) override;
  void RunUntil(absl::Time end);
  void RunLoop();

  FakeLoop* const loop_;
  absl::Time now_ = absl::FromUnixSeconds(1700000000);
  uint64_t last_id_ = 0;
  std::map<Key, absl::AnyInvocable<void()>> due_;
  absl::flat_hash_map<uint64_t, absl::Time> times_;
};

namespace fake_timers_internal {

template <typename T>
Task<void> Store(Task<T> task, std::optional<T>* result) {
  result->emplace(co_await std::move(task));
}
Task<void> Store(Task<void> task, bool* done);

}  // namespace fake_timers_internal

// Runs `task` on `loop` and returns what it gives. Ends the process if it still
// waits when the loop is idle.
template <typename T>
T RunToEnd(FakeLoop& loop, Task<T> task) {
  std::optional<T> result;
  loop.Spawn(fake_timers_internal::Store(std::move(task), &result));
  loop.RunUntilIdle();
  AIGW_CHECK(result.has_value());
  return *std::move(result);
}
void RunToEnd(FakeLoop& loop, Task<void> task);

// The same, but when the loop is idle the time moves to the next timer. Ends
// the process if there is none.
template <typename T>
T RunToEnd(FakeLoop& loop, FakeTimers& timers, Task<T> task) {
  std::optional<T> result;
  loop.Spawn(fake_timers_internal::Store(std::move(task), &result));
  loop.RunUntilIdle();
  while (!result.has_value()) {
    AIGW_CHECK(timers.AdvanceToNext());
    loop.RunUntilIdle();
  }
  return *std::move(result);
}

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_FAKES_FAKE_TIMERS_H_

#include "tests/fakes/fake_timers.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "asio/co_spawn.hpp"
#include "asio/post.hpp"

#include "gateway/base/check.h"
#include "gateway/base/task.h"

namespace aigateway {

void FakeLoop::Post(absl::AnyInvocable<void()> work) {
  asio::post(io_context_, [work = std::move(work)]() mutable { work(); });
}

void FakeLoop::Spawn(Task<void> root) {
  asio::co_spawn(io_context_, std::move(root),
                 [](std::exception_ptr exception) {
                   if (exception) std::rethrow_exception(exception);
                 });
}

size_t FakeLoop::RunUntilIdle() {
  io_context_.restart();
  return io_context_.poll();
}

void FakeTimers::Advance(absl::Duration step) {
  AIGW_CHECK(step >= absl::ZeroDuration());
  RunUntil(now_ + step);
}

absl::Time FakeTimers::NextDue() const {
  return due_.empty() ? absl::InfiniteFuture() : due_.begin()->first.first;
}

bool FakeTimers::AdvanceToNext() {
  RunLoop();
  const absl::Time next = NextDue();
  if (next == absl::InfiniteFuture()) return false;
  RunUntil(std::max(next, now_));
  return true;
}

uint64_t FakeTimers::Add(absl::Time when, absl::AnyInvocable<void()> callback) {
  const uint64_t id = ++last_id_;
  if (when == absl::InfiniteFuture()) return id;
  due_.emplace(Key(when, id), std::move(callback));
  times_.emplace(id, when);
  return id;
}

void FakeTimers::Forget(uint64_t id) {
  const auto found = times_.find(id);
  if (found == times_.end()) return;
  due_.erase(Key(found->second, id));
  times_.erase(found);
}

void FakeTimers::RunUntil(absl::Time end) {
  RunLoop();
  while (NextDue() <= end && NextDue() != absl::InfiniteFuture()) {
    const auto next = due_.begin();
    now_ = std::max(now_, next->first.first);
    absl::AnyInvocable<void()> callback = std::move(next->second);
    times_.erase(next->first.second);
    due_.erase(next);
    callback();
    RunLoop();
  }
  now_ = std::max(now_, end);
}

void FakeTimers::RunLoop() {
  if (loop_ != nullptr) loop_->RunUntilIdle();
}

namespace fake_timers_internal {

Task<void> Store(Task<void> task, bool* done) {
  co_await std::move(task);
  *done = true;
}

}  // namespace fake_timers_internal

void RunToEnd(FakeLoop& loop, Task<void> task) {
  bool done = false;
  loop.Spawn(fake_timers_internal::Store(std::move(task), &done));
  loop.RunUntilIdle();
  AIGW_CHECK(done);
}

}  // namespace aigateway

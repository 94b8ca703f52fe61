#include "gateway/net/loop_timers.h"

#include <chrono>
#include <system_error>
#include <utility>

#include "asio/post.hpp"

#include "gateway/base/check.h"

namespace aigateway {
namespace {

// How much later than a timer's time the system's timer may be armed for
// without being armed anew: half of the accuracy that Timers promises.
constexpr int64_t kSlackNs = 1'000'000;

}  // namespace

LoopTimers::LoopTimers(asio::io_context& io, const Clock* clock,
                       TurnMeter* meter)
    : io_(io), clock_(clock), meter_(meter), timer_(io) {}

uint64_t LoopTimers::Add(absl::Time when, absl::AnyInvocable<void()> callback) {
  const int64_t at_ns = absl::ToUnixNanos(when);
  if (at_ns == kNever) return 0;  // Infinite: never fires, nothing to forget.
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const uint32_t index = free_slots_.back();
  free_slots_.pop_back();
  Slot& slot = slots_[index];
  slot.callback = std::move(callback);
  slot.used = true;
  const Due due = {at_ns, next_order_++, index};
  heap_.push_back(due);
  SiftUp(heap_.size() - 1, due);
  const uint64_t id = uint64_t{slot.generation} << 32 | index;
  if (slot.position == 0) Arm();
  return id;
}

void LoopTimers::Forget(uint64_t id) {
  const uint32_t index = static_cast<uint32_t>(id);
  const uint32_t generation = static_cast<uint32_t>(id >> 32);
  if (index >= slots_.size()) return;
  const Slot& slot = slots_[index];
  if (!slot.used || slot.generation != generation) return;
  // Destroyed here, after the heap is whole again: what the callback holds may
  // forget other timers.
  const absl::AnyInvocable<void()> callback = Take(slot.position);
}

absl::AnyInvocable<void()> LoopTimers::Take(size_t position) {
  const uint32_t index = heap_[position].slot;
  const Due last = heap_.back();
  heap_.pop_back();
  if (position < heap_.size()) {
    const size_t parent = (position - 1) / 2;
    if (position > 0 && last < heap_[parent]) {
      SiftUp(position, last);
    } else {
      SiftDown(position, last);
    }
  }
  Slot& slot = slots_[index];
  slot.used = false;
  if (++slot.generation == 0) slot.generation = 1;  // No id is 0.
  free_slots_.push_back(index);
  return std::move(slot.callback);
}

void LoopTimers::Place(size_t position, const Due& due) {
  heap_[position] = due;
  slots_[due.slot].position = static_cast<uint32_t>(position);
}

void LoopTimers::SiftUp(size_t position, const Due& due) {
  while (position > 0) {
    const size_t parent = (position - 1) / 2;
    if (!(due < heap_[parent])) break;
    Place(position, heap_[parent]);
    position = parent;
  }
  Place(position, due);
}

void LoopTimers::SiftDown(size_t position, const Due& due) {
  for (;;) {
    size_t child = 2 * position + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1] < heap_[child]) ++child;
    if (!(heap_[child] < due)) break;
    Place(position, heap_[child]);
    position = child;
  }
  Place(position, due);
}

void LoopTimers::Arm() {
  if (heap_.empty() || firing_) return;
  const int64_t due_ns = heap_.front().at_ns;
  if (armed_for_ns_ != kNever && armed_for_ns_ - kSlackNs <= due_ns) return;
  const int64_t now_ns = NowNs();
  armed_for_ns_ = due_ns;
  if (due_ns <= now_ns) {
    asio::post(io_, [this] { Fire(); });
    return;
  }
  ++armings_;
  timer_.expires_after(std::chrono::nanoseconds(due_ns - now_ns));
  timer_.async_wait([this](const std::error_code& error) {
    if (!error) Fire();
  });
}

void LoopTimers::Fire() {
  const TurnMeter::Turn turn(*meter_);
  armed_for_ns_ = kNever;
  firing_ = true;
  const int64_t now_ns = NowNs();
  // A callback that adds a timer due at once must not keep the loop here.
  const uint64_t added_meanwhile = next_order_;
  while (!heap_.empty() && heap_.front().at_ns <= now_ns &&
         heap_.front().order < added_meanwhile) {
    absl::AnyInvocable<void()> callback = Take(0);
    AIGW_CHECK(callback);
    callback();
  }
  firing_ = false;
  Arm();
}

}  // namespace aigateway

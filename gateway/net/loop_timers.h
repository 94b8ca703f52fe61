#ifndef AIGATEWAY_GATEWAY_NET_LOOP_TIMERS_H_
#define AIGATEWAY_GATEWAY_NET_LOOP_TIMERS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "asio/io_context.hpp"
#include "asio/steady_timer.hpp"

#include "gateway/base/clock.h"
#include "gateway/base/timers.h"
#include "gateway/net/turn_meter.h"

namespace aigateway {

// The timers of an event loop: a heap of due times, and one timer of the
// system for all of them.
//
// Nearly every timer is forgotten before it is due (a deadline of a request
// that is answered), and each arming of the system's timer is a system call.
// So that one is armed only for a time clearly earlier than it is armed for,
// and is left as it is when a timer is forgotten: it fires for nothing then.
// Add() and Forget() are O(log n) and allocate nothing once the heap has grown.
// Belongs to the loop's thread.
class LoopTimers final : public Timers {
 public:
  // All must outlive this object. `clock` runs as fast as real time.
  LoopTimers(asio::io_context& io, const Clock* clock, TurnMeter* meter);

  absl::Time Now() const override { return clock_->Now(); }

  // How many wait.
  size_t size() const { return heap_.size(); }
  // How often the system's timer was armed: what the design keeps small.
  uint64_t armings() const { return armings_; }

 protected:
  uint64_t Add(absl::Time when, absl::AnyInvocable<void()> callback) override;
  void Forget(uint64_t id) override;

 private:
  static constexpr int64_t kNever = INT64_MAX;

  // An entry of the heap; the soonest is first, among equals the oldest.
  struct Due {
    int64_t at_ns;
    uint64_t order;
    uint32_t slot;

    bool operator<(const Due& other) const {
      return at_ns != other.at_ns ? at_ns < other.at_ns : order < other.order;
    }
  };
  // What is due; found by its id, which a later one in the slot does not have.
  struct Slot {
    absl::AnyInvocable<void()> callback;
    uint32_t generation = 1;
    uint32_t position = 0;  // In the heap.
    bool used = false;
  };

  int64_t NowNs() const { return absl::ToUnixNanos(clock_->Now()); }
  // Sees to it that Fire() runs in time for the first of the heap.
  void Arm();
  // Runs what is due.
  void Fire();
  // Takes the heap's entry at `position` out and returns its callback.
  absl::AnyInvocable<void()> Take(size_t position);
  void Place(size_t position, const Due& due);
  void SiftUp(size_t position, const Due& due);
  void SiftDown(size_t position, const Due& due);

  asio::io_context& io_;
  const Clock* const clock_;
  TurnMeter* const meter_;
  asio::steady_timer timer_;
  int64_t armed_for_ns_ = kNever;
  bool firing_ = false;  // What is added now is armed for afterwards.
  uint64_t armings_ = 0;
  uint64_t next_order_ = 0;
  std::vector<Due> heap_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_slots_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_LOOP_TIMERS_H_

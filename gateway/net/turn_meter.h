#ifndef AIGATEWAY_GATEWAY_NET_TURN_METER_H_
#define AIGATEWAY_GATEWAY_NET_TURN_METER_H_

#include <atomic>
#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace aigateway {

// Shows other threads how long a loop has been held by what runs on it now.
//
// A loop serves all its requests in turns, so one turn that blocks (a plugin
// that waits, a regular expression gone wild) stops them all. Whoever runs
// something on the loop holds a Turn meanwhile. Costs two reads of the
// kernel's coarse clock (4 ms) a turn, no system call.
class TurnMeter {
 public:
  // From here on a turn counts as long.
  static constexpr absl::Duration kLong = absl::Milliseconds(100);

  // Marks one turn, on the loop's thread. A turn within a turn is part of it.
  class Turn {
   public:
    explicit Turn(TurnMeter& meter);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    TurnMeter* meter_;  // Null within another turn.
  };

  TurnMeter() = default;
  TurnMeter(const TurnMeter&) = delete;
  TurnMeter& operator=(const TurnMeter&) = delete;

  // The meter of the turn that runs on this thread; null between turns, and on
  // a thread that runs no loop.
  static TurnMeter* Current();
  // Which turn runs: another number each time. On the loop's thread.
  uint64_t turn() const { return turn_; }

  // Names what holds the turn from now on, for who watches; null, as at the end
  // of the turn: nothing that has a name. `what` must live for ever.
  void set_label(const std::string* what) {
    label_.store(what, std::memory_order_release);
  }
  // Thread-safe.
  const std::string* label() const {
    return label_.load(std::memory_order_acquire);
  }

  // How long the turn that runs now has run; zero between turns. Thread-safe.
  absl::Duration held_for() const;
  // How many turns that ended were long. Thread-safe.
  uint64_t long_turns() const {
    return long_turns_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<int64_t> busy_since_ns_ = 0;  // Coarse monotonic; 0: idle.
  std::atomic<uint64_t> long_turns_ = 0;
  std::atomic<const std::string*> label_ = nullptr;
  uint64_t turn_ = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_TURN_METER_H_

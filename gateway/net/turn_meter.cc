#include "gateway/net/turn_meter.h"

#include <algorithm>
#include <time.h>

namespace aigateway {
namespace {

thread_local TurnMeter* current = nullptr;

int64_t CoarseNow() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  // Never 0, which means idle.
  return std::max<int64_t>(1,
                           now.tv_sec * int64_t{1'000'000'000} + now.tv_nsec);
}

}  // namespace

TurnMeter::Turn::Turn(TurnMeter& meter) : meter_(&meter) {
  // Only the loop's thread writes, so what it reads here is its own.
  if (meter.busy_since_ns_.load(std::memory_order_relaxed) != 0) {
    meter_ = nullptr;
    return;
  }
  meter.busy_since_ns_.store(CoarseNow(), std::memory_order_relaxed);
  ++meter.turn_;
  current = &meter;
}

TurnMeter::Turn::~Turn() {
  if (meter_ == nullptr) return;
  const int64_t since = meter_->busy_since_ns_.load(std::memory_order_relaxed);
  if (absl::Nanoseconds(CoarseNow() - since) >= kLong) {
    meter_->long_turns_.fetch_add(1, std::memory_order_relaxed);
  }
  meter_->busy_since_ns_.store(0, std::memory_order_relaxed);
  meter_->set_label(nullptr);
  current = nullptr;
}

TurnMeter* TurnMeter::Current() { return current; }

absl::Duration TurnMeter::held_for() const {
  const int64_t since = busy_since_ns_.load(std::memory_order_relaxed);
  if (since == 0) return absl::ZeroDuration();
  return absl::Nanoseconds(std::max<int64_t>(0, CoarseNow() - since));
}

}  // namespace aigateway

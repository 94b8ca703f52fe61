#ifndef AIGATEWAY_GATEWAY_CORE_TARGET_SWITCH_H_
#define AIGATEWAY_GATEWAY_CORE_TARGET_SWITCH_H_

#include <atomic>

namespace aigateway {

// Whether an administrator drained a target. Thread-safe; outlives reloads.
class TargetSwitch {
 public:
  bool drained() const { return drained_.load(std::memory_order_relaxed); }
  void set_drained(bool drained) { drained_.store(drained); }

 private:
  std::atomic<bool> drained_{false};
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_TARGET_SWITCH_H_

#include "gateway/core/caller_stack.h"

#include <utility>

#include "gateway/core/bounded_caller.h"
#include "gateway/core/breaker_caller.h"
#include "gateway/core/recorded_caller.h"
#include "gateway/core/timeout_caller.h"

namespace aigateway {

// Reads bottom up: the last one wrapped is the first to see a call.
std::unique_ptr<Caller> StackCallers(std::unique_ptr<Caller> c,
                                     const StackOptions& options) {
  c = std::make_unique<TimeoutCaller>(std::move(c), options.timeouts);
  if (options.bound != nullptr) {
    c = std::make_unique<BoundedCaller>(std::move(c), options.bound);
  }
  if (options.breakers != nullptr) {
    c = std::make_unique<BreakerCaller>(std::move(c), options.breakers);
  }
  c = std::make_unique<RecordedCaller>(std::move(c), options.observers);
  if (options.hold_back.on()) {
    c = std::make_unique<HoldBackCaller>(std::move(c), options.hold_back);
  }
  c = std::make_unique<RetryingCaller>(std::move(c), options.retry,
                                       options.retry_budget);
  return c;
}

}  // namespace aigateway

#ifndef AIGATEWAY_GATEWAY_CORE_CALLER_STACK_H_
#define AIGATEWAY_GATEWAY_CORE_CALLER_STACK_H_

#include <memory>
#include <vector>

#include "absl/time/time.h"

#include "gateway/core/caller.h"
#include "gateway/core/hold_back_caller.h"
#include "gateway/core/retrying_caller.h"
#include "gateway/core/target.h"
#include "gateway/observe/request_observer.h"
#include "gateway/resilience/breaker_set.h"
#include "gateway/resilience/concurrency_bound.h"
#include "gateway/resilience/retry_budget.h"

namespace aigateway {

// What one target's stack is made from.
struct StackOptions {
  TargetTimeouts timeouts;
  RetryingCaller::Options retry;
  std::shared_ptr<RetryBudget> retry_budget;
  std::shared_ptr<BreakerSet> breakers;     // Null: none.
  std::shared_ptr<ConcurrencyBound> bound;  // Null: none.
  HoldBackSettings hold_back;
  std::vector<RequestObserver*> observers;
};

// Wraps the innermost caller of a target in its decorators: the one place that
// knows their order. From the outside in: retry, hold back, record, breaker,
// bound, timeout, provider. So each try has a window of its own to fail in, is
// recorded, asks the breaker, waits for its turn, and only then does its time
// begin.
std::unique_ptr<Caller> StackCallers(std::unique_ptr<Caller> innermost,
                                     const StackOptions& options);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_CALLER_STACK_H_

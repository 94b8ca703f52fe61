#ifndef AIGATEWAY_GATEWAY_CORE_CALLER_STACK_H_
#define AIGATEWAY_GATEWAY_CORE_CALLER_STACK_H_

#include <memory>
#include <vector>

#include "absl/time/time.h"

#include "gateway/core/caller.h"
#include "gateway/core/retrying_caller.h"
#include "gateway/observe/request_observer.h"
#include "gateway/resilience/breaker_set.h"
#include "gateway/resilience/retry_budget.h"

namespace aigateway {

// What one target's stack is made from.
struct StackOptions {
  absl::Duration attempt_timeout = absl::Minutes(10);
  absl::Duration idle_timeout = absl::Minutes(2);
  RetryingCaller::Options retry;
  std::shared_ptr<RetryBudget> retry_budget;
  std::shared_ptr<BreakerSet> breakers;  // Null: none.
  std::vector<RequestObserver*> observers;
};

// Wraps the innermost caller of a target in its decorators: the one place that
// knows their order. From the outside in: retry, record, breaker, timeout,
// provider. So each try asks the breaker, has a time limit of its own and is
// recorded, and what is outside sees what the walk over targets sees.
std::unique_ptr<Caller> StackCallers(std::unique_ptr<Caller> innermost,
                                     const StackOptions& options);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_CALLER_STACK_H_

#ifndef AIGATEWAY_GATEWAY_RESILIENCE_FAILURE_POLICY_H_
#define AIGATEWAY_GATEWAY_RESILIENCE_FAILURE_POLICY_H_

#include "gateway/base/errors.h"

namespace aigateway {

// Whether the same target may be asked again.
enum class Retry {
  kNo,
  kYes,
  kOnce,
  kAfterWait,    // Once the wait is over that the provider asked for.
  kWithNextKey,  // If the instance has another key that is not parked.
};

// Whether the next target may be asked.
enum class Failover {
  kNo,
  kYes,
  kIfLarger,  // If its context window is larger, or not known.
};

// What a failed attempt means to the target's circuit breaker.
enum class BreakerOutcome {
  kNeutral,
  kFailure,
  kParkKey,          // Neutral; the key rests.
  kParkUntilStated,  // Neutral; key or target rest as long as was stated.
};

struct FailurePolicy {
  Retry retry;
  Failover failover;
  BreakerOutcome breaker;
};

// The one table (DESIGN.md, "Errors have classes"). It holds while nothing was
// handed over to the caller; after the first event neither retry nor failover
// applies.
const FailurePolicy& PolicyFor(ErrorClass error_class);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_RESILIENCE_FAILURE_POLICY_H_

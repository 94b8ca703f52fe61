#ifndef AIGATEWAY_GATEWAY_RESILIENCE_BACKOFF_H_
#define AIGATEWAY_GATEWAY_RESILIENCE_BACKOFF_H_

#include "absl/time/time.h"

#include "gateway/base/random.h"

namespace aigateway {

// How long to wait before trying again: exponential with full jitter, so that
// callers who failed together do not come back together.
class Backoff {
 public:
  // `initial` bounds the wait after the first failure; the bound doubles with
  // each, up to `max`.
  Backoff(absl::Duration initial, absl::Duration max)
      : initial_(initial), max_(max) {}

  // The wait after failure number `failures`, from 1: uniform in [0, bound).
  absl::Duration Delay(int failures, Random& random) const;

  absl::Duration max() const { return max_; }

 private:
  const absl::Duration initial_;
  const absl::Duration max_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_RESILIENCE_BACKOFF_H_

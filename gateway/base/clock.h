#ifndef AIGATEWAY_GATEWAY_BASE_CLOCK_H_
#define AIGATEWAY_GATEWAY_BASE_CLOCK_H_

#include "absl/time/time.h"

namespace aigateway {

// Tells the time. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall-clock time, made to run steadily: it never goes back within a
  // process, so that differences are durations.
  virtual absl::Time Now() const = 0;

  // The process's own clock. Never null; lives for ever.
  static const Clock* Real();
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_CLOCK_H_

#include "gateway/resilience/backoff.h"

#include <algorithm>

namespace aigateway {

absl::Duration Backoff::Delay(int failures, Random& random) const {
  absl::Duration bound = initial_;
  for (int i = 1; i < failures && bound < max_; ++i) bound *= 2;
  return std::min(bound, max_) * random.Uniform();
}

}  // namespace aigateway

#ifndef AIGATEWAY_TESTS_SIMULATION_TRAFFIC_H_
#define AIGATEWAY_TESTS_SIMULATION_TRAFFIC_H_

#include <vector>

#include "absl/time/time.h"

#include "gateway/base/random.h"
#include "tests/simulation/simulated_request.h"

namespace aigateway {

// Makes up the requests that callers make from `start` on within `span`, by
// number. Times are multiples of `grain`, so that much happens at once.
std::vector<SimulatedRequest> DrawTraffic(absl::Time start, absl::Duration span,
                                          absl::Duration grain, Random& random);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_SIMULATION_TRAFFIC_H_

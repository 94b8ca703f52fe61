#ifndef AIGATEWAY_TESTS_SIMULATION_SIMULATED_REQUEST_H_
#define AIGATEWAY_TESTS_SIMULATION_SIMULATED_REQUEST_H_

#include <string>

#include "absl/time/time.h"

#include "aigateway/v1/route.pb.h"

namespace aigateway {

// One request of a simulation's traffic, and how its caller behaves.
struct SimulatedRequest {
  int number = 0;  // From 1.
  absl::Time start;
  bool stream = false;
  absl::Duration time_limit = absl::InfiniteDuration();
  // When the caller goes away, from the start.
  absl::Duration cancel_after = absl::InfiniteDuration();
  v1::OnInterruption on_interruption = v1::ON_INTERRUPTION_UNSPECIFIED;
  v1::Priority priority = v1::PRIORITY_UNSPECIFIED;
  std::string user;
  // Of events after which the reader cannot take more for a while.
  double pause_share = 0;
  // Of events at which it goes away.
  double leave_share = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_SIMULATION_SIMULATED_REQUEST_H_

#ifndef AIGATEWAY_GATEWAY_CORE_LOST_RACE_H_
#define AIGATEWAY_GATEWAY_CORE_LOST_RACE_H_

#include "absl/status/status.h"

namespace aigateway {

// Why a call ends to which another target was faster. One that was silent past
// its own first-token limit has failed (ATTEMPT_TIMEOUT), for its breaker too;
// any other has only been called off (CANCELLED).
absl::Status LostRace(bool limit_passed);

bool IsLostRace(const absl::Status& status);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_LOST_RACE_H_

#ifndef AIGATEWAY_GATEWAY_CORE_ERROR_PLACE_H_
#define AIGATEWAY_GATEWAY_CORE_ERROR_PLACE_H_

#include "absl/status/status.h"

#include "gateway/core/target.h"

namespace aigateway {

// Says which target `status` is of, and with which HTTP status it answered
// unless that has been said: after the provider's own words, and as metadata.
// What the caller did is left as it is.
absl::Status AtTarget(const absl::Status& status, const Target& target);

// The HTTP status among the metadata of `status`; 0 if there is none.
int HttpStatusOf(const absl::Status& status);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_ERROR_PLACE_H_

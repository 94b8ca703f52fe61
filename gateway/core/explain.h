#ifndef AIGATEWAY_GATEWAY_CORE_EXPLAIN_H_
#define AIGATEWAY_GATEWAY_CORE_EXPLAIN_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/base/random.h"
#include "gateway/core/request_context.h"
#include "gateway/core/snapshot.h"

namespace aigateway {

// Says what would become of a request of `caller` if it came `now`: every
// target, with the reason why it would or would not be tried. Nothing is sent,
// and the state of no target changes; plugins do not run. What Route would
// draw, `random` draws, so that two explanations may differ.
//
// A request that no target would serve is explained, too. INVALID_REQUEST for
// one that is not valid; its messages may be missing.
absl::StatusOr<v1::ExplainRouteResponse> ExplainRequest(
    const Snapshot& snapshot, const v1::ExplainRouteRequest& request,
    const CallerIdentity& caller, absl::Time now, Random& random);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_EXPLAIN_H_

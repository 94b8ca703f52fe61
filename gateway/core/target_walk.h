#ifndef AIGATEWAY_GATEWAY_CORE_TARGET_WALK_H_
#define AIGATEWAY_GATEWAY_CORE_TARGET_WALK_H_

#include <vector>

#include "absl/status/status.h"

#include "gateway/base/task.h"
#include "gateway/core/event_sink.h"
#include "gateway/core/race.h"
#include "gateway/core/request_context.h"
#include "gateway/core/walk_rules.h"

namespace aigateway {

// Tries the targets of `plan` in order until one answers: over the stacks, so
// that each target's own retries are done before the next is asked. A target
// that is slow is raced by the next where the rules say so. One that is parked,
// since its provider said for how long, is left for the end.
//
// Ends with the first failure that the table does not let fail over. Once
// something was handed over a failure ends the stream, unless rules and request
// let another target continue it or begin anew (FAULTS.md); then that one's
// first event comes after a `failover`. If all fail, the last real attempt's
// status: a target that was skipped hides nothing, nor does a stand-in that
// would not go on. `plan` is not empty; all must outlive the call.
Task<absl::Status> WalkTargets(RequestContext& request,
                               const std::vector<PlannedCall>& plan,
                               const WalkRules& rules, EventSink& sink);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_TARGET_WALK_H_

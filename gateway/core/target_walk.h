#ifndef AIGATEWAY_GATEWAY_CORE_TARGET_WALK_H_
#define AIGATEWAY_GATEWAY_CORE_TARGET_WALK_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"

#include "gateway/base/errors.h"
#include "gateway/base/task.h"
#include "gateway/core/event_sink.h"
#include "gateway/core/request_context.h"
#include "gateway/core/target.h"

namespace aigateway {

// Failures that lead to the next target beside those of the one table: the
// config's `failover_on`.
struct FailoverRules {
  absl::flat_hash_set<int> reasons;  // Values of ErrorReason.
  absl::flat_hash_set<int> http_statuses;

  bool Allow(const absl::Status& status) const;
};

// A target to try, in its place.
struct PlannedCall {
  const Target* target;
  std::string upstream_model;
};

// Tries the targets of `plan` in order until one answers: over the stacks, so
// that each target's own retries are done before the next is asked.
//
// Ends with the first failure that the table does not let fail over, and with
// any failure once something was handed over. If all fail, the last real
// attempt's status: a target that was skipped hides nothing. `plan` is not
// empty; all must outlive the call.
Task<absl::Status> WalkTargets(RequestContext& request,
                               const std::vector<PlannedCall>& plan,
                               const FailoverRules& rules, EventSink& sink);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_TARGET_WALK_H_

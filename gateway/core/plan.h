#ifndef AIGATEWAY_GATEWAY_CORE_PLAN_H_
#define AIGATEWAY_GATEWAY_CORE_PLAN_H_

#include <vector>

#include "absl/status/statusor.h"

#include "gateway/core/request_context.h"
#include "gateway/core/target_walk.h"

namespace aigateway {

// Decides which targets a request is to try, in order: model and alias to
// candidates, the caller's rights, `options.target`, drained targets, then the
// strategy. Sets request.model() and the route's strategy. The plan is valid as
// long as the request's snapshot and never empty.
//
// MODEL_NOT_FOUND if no target serves the model, MODEL_NOT_ALLOWED if the
// caller's key does not cover it, PROVIDER_UNAVAILABLE if all are drained.
absl::StatusOr<std::vector<PlannedCall>> PlanCalls(RequestContext& request);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_PLAN_H_

#ifndef AIGATEWAY_GATEWAY_CORE_PLAN_H_
#define AIGATEWAY_GATEWAY_CORE_PLAN_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "gateway/core/request_context.h"
#include "gateway/core/snapshot.h"
#include "gateway/core/target.h"
#include "gateway/core/target_walk.h"
#include "gateway/core/tree_plan.h"
#include "strategies/strategy.h"

namespace aigateway {

// A target that gets a copy of the request.
struct PlannedCopy {
  const Target* target;
  std::string upstream_model;
  CopyTerms terms;
};

// What is to be done for a request. Valid as long as its snapshot.
struct RoutePlan {
  std::vector<PlannedCall> calls;  // To try in this order; never empty.
  std::vector<PlannedCopy> copies;
};

// Whether the key of `caller` covers the model `asked`: MODEL_NOT_ALLOWED if
// not. Asked before the plugins run, so that none works for a call that may not
// be; PlanCalls() asks again, since they may change the model.
absl::Status CheckModelRight(const Snapshot& snapshot,
                             const CallerIdentity& caller,
                             absl::string_view asked);

// The targets that `request`, whose model is resolved, goes to, in order:
// candidates, `options.target` (a target, which is then all there is, or a
// group), drained targets, then the strategies. Has at least one that is no
// copy.
//
// MODEL_NOT_FOUND if no target serves the model or `options.target` names none,
// PROVIDER_UNAVAILABLE if all that would be tried are drained.
absl::StatusOr<std::vector<ChosenTarget>> ChooseTargets(
    const Snapshot& snapshot, const RequestView& request, absl::Time now,
    Random& random);

// Decides what is to be done: model and alias, the caller's rights, then
// ChooseTargets(). Sets request.model() and the route's strategy.
absl::StatusOr<RoutePlan> PlanCalls(RequestContext& request);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_PLAN_H_

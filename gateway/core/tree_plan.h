#ifndef AIGATEWAY_GATEWAY_CORE_TREE_PLAN_H_
#define AIGATEWAY_GATEWAY_CORE_TREE_PLAN_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "gateway/base/random.h"
#include "gateway/core/target.h"
#include "gateway/core/target_group.h"
#include "strategies/strategy.h"

namespace aigateway {

// A target that the strategies chose, in its place.
struct ChosenTarget {
  const Target* target = nullptr;
  std::string reason;     // Why; from the outermost strategy inwards.
  std::string condition;  // The outermost rule that decided, as its path; only
                          // if the request is to be explained.
  std::optional<CopyTerms> copy;  // Set: it gets a copy beside.
};

// Orders `candidates` by the strategies of the tree: the place of a group in
// its parent's order is taken by its own order. A group without a candidate
// does not take part, and one of weight 0 neither, unless `drained_too` (then
// weights of 0 are taken for 1: what would be tried if nothing were drained).
// `candidates` are targets of the tree in the order of the config; the same
// input gives the same plan.
std::vector<ChosenTarget> PlanTree(const TargetGroup& root,
                                   const std::vector<const Target*>& candidates,
                                   const RequestView& request, absl::Time now,
                                   bool drained_too, Random& random);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_TREE_PLAN_H_

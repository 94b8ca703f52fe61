#ifndef AIGATEWAY_GATEWAY_CORE_WALK_RULES_H_
#define AIGATEWAY_GATEWAY_CORE_WALK_RULES_H_

#include <memory>
#include <optional>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

#include "aigateway/v1/route.pb.h"
#include "gateway/resilience/retry_budget.h"

namespace aigateway {

// Failures that lead to the next target beside those of the one table: the
// config's `failover_on`.
struct FailoverRules {
  absl::flat_hash_set<int> reasons;  // Values of ErrorReason.
  absl::flat_hash_set<int> http_statuses;

  bool Allow(const absl::Status& status) const;
};

// When a slow call is sent to a second target, too: the config's `hedge`.
struct HedgeRules {
  absl::Duration after = absl::ZeroDuration();  // At the earliest.
  // Of the target's own recent calls this share spoke by then; not set: `after`
  // alone.
  std::optional<double> percentile;
  // The most such calls, as a share of all. Null: there are none at all.
  std::shared_ptr<RetryBudget> budget;

  bool on() const { return budget != nullptr; }
};

// What the walk over targets goes by: one strategy's part of the config.
struct WalkRules {
  FailoverRules failover;
  HedgeRules hedge;
  // The default for requests and the most that one may ask for; unspecified: a
  // request chooses.
  v1::OnInterruption on_interruption = v1::ON_INTERRUPTION_UNSPECIFIED;

  // What a request that asks for `asked` gets: never unspecified.
  v1::OnInterruption OnInterruptionFor(v1::OnInterruption asked) const;
};

// Whether the next target may be asked after `status`: by the one table and
// `rules`, while nothing was handed over.
bool FailsOver(const absl::Status& status, const FailoverRules& rules);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_WALK_RULES_H_

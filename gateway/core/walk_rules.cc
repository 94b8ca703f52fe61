#include "gateway/core/walk_rules.h"

#include <algorithm>

#include "gateway/base/errors.h"
#include "gateway/core/error_place.h"
#include "gateway/resilience/failure_policy.h"

namespace aigateway {

bool FailoverRules::Allow(const absl::Status& status) const {
  return reasons.contains(static_cast<int>(ReasonOf(status))) ||
         (!http_statuses.empty() &&
          http_statuses.contains(HttpStatusOf(status)));
}

bool FailsOver(const absl::Status& status, const FailoverRules& rules) {
  const ErrorClass error_class = ClassOf(status);
  // Whoever asked has gone: no rule of a config brings him back.
  if (error_class == ErrorClass::kCallerGone) return false;
  return PolicyFor(error_class).failover != Failover::kNo ||
         rules.Allow(status);
}

v1::OnInterruption WalkRules::OnInterruptionFor(
    v1::OnInterruption asked) const {
  if (on_interruption == v1::ON_INTERRUPTION_UNSPECIFIED) {
    return std::max(asked, v1::ON_INTERRUPTION_FAIL);
  }
  if (asked == v1::ON_INTERRUPTION_UNSPECIFIED) return on_interruption;
  // The values grow with what they allow.
  return std::min(asked, on_interruption);
}

}  // namespace aigateway

#include "gateway/core/target_walk.h"

#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/check.h"
#include "gateway/core/forwarding_sink.h"
#include "gateway/resilience/failure_policy.h"

namespace aigateway {
namespace {

bool FailsOver(const absl::Status& status, const FailoverRules& rules) {
  const ErrorClass error_class = ClassOf(status);
  // Whoever asked has gone: no rule of a config brings him back.
  if (error_class == ErrorClass::kCallerGone) return false;
  return PolicyFor(error_class).failover != Failover::kNo ||
         rules.Allow(status);
}

// The caller reads one status; it says how many tries were behind it.
absl::Status WithAttempts(const absl::Status& status,
                          const RequestContext& request) {
  const int attempts = request.route().attempts_size();
  if (attempts < 2 || ClassOf(status) == ErrorClass::kCallerGone) {
    return status;
  }
  return WithMessage(status, absl::StrCat(status.message(), "; ", attempts,
                                          " attempts were made"));
}

}  // namespace

bool FailoverRules::Allow(const absl::Status& status) const {
  if (reasons.contains(static_cast<int>(ReasonOf(status)))) return true;
  int http_status = 0;
  return !http_statuses.empty() &&
         absl::SimpleAtoi(GetErrorMetadata(status, "http_status"),
                          &http_status) &&
         http_statuses.contains(http_status);
}

Task<absl::Status> WalkTargets(RequestContext& request,
                               const std::vector<PlannedCall>& plan,
                               const FailoverRules& rules, EventSink& sink) {
  AIGW_CHECK(!plan.empty());
  FirstEventGate gate(&sink);
  std::optional<absl::Status> last_real;
  absl::Status last;
  for (const PlannedCall& planned : plan) {
    if (request.scope().cancelled()) co_return request.scope().status();
    const TargetCall call{request, *planned.target, planned.upstream_model,
                          request.scope()};
    last = co_await planned.target->caller().Call(call, gate);
    if (last.ok()) co_return last;
    if (ClassOf(last) != ErrorClass::kSkipped) last_real = last;
    if (gate.passed() || !FailsOver(last, rules)) break;
  }
  if (ClassOf(last) == ErrorClass::kCallerGone) co_return last;
  co_return WithAttempts(last_real.value_or(last), request);
}

}  // namespace aigateway

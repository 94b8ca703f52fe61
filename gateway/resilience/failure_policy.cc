#include "gateway/resilience/failure_policy.h"

#include "gateway/base/check.h"

namespace aigateway {
namespace {

struct Row {
  ErrorClass error_class;
  FailurePolicy policy;
};

constexpr Row kTable[] = {
    {ErrorClass::kCallerFault,
     {Retry::kNo, Failover::kNo, BreakerOutcome::kNeutral}},
    {ErrorClass::kContextTooLong,
     {Retry::kNo, Failover::kIfLarger, BreakerOutcome::kNeutral}},
    {ErrorClass::kRefusedByPolicy,
     {Retry::kNo, Failover::kNo, BreakerOutcome::kNeutral}},
    {ErrorClass::kNotFound,
     {Retry::kNo, Failover::kYes, BreakerOutcome::kNeutral}},
    {ErrorClass::kCredential,
     {Retry::kWithNextKey, Failover::kYes, BreakerOutcome::kParkKey}},
    {ErrorClass::kRateLimited,
     {Retry::kAfterWait, Failover::kYes, BreakerOutcome::kParkUntilStated}},
    {ErrorClass::kOverloaded,
     {Retry::kYes, Failover::kYes, BreakerOutcome::kFailure}},
    {ErrorClass::kGenerationBroke,
     {Retry::kOnce, Failover::kYes, BreakerOutcome::kNeutral}},
    {ErrorClass::kAttemptTimeout,
     {Retry::kYes, Failover::kYes, BreakerOutcome::kFailure}},
    {ErrorClass::kSkipped,
     {Retry::kNo, Failover::kYes, BreakerOutcome::kNeutral}},
    {ErrorClass::kCallerGone,
     {Retry::kNo, Failover::kNo, BreakerOutcome::kNeutral}},
    {ErrorClass::kInternal,
     {Retry::kNo, Failover::kNo, BreakerOutcome::kNeutral}},
};

}  // namespace

const FailurePolicy& PolicyFor(ErrorClass error_class) {
  for (const Row& row : kTable) {
    if (row.error_class == error_class) return row.policy;
  }
  AIGW_CHECK(false && "every class has a row");
  return kTable[0].policy;
}

}  // namespace aigateway

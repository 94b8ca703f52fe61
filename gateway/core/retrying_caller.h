#ifndef AIGATEWAY_GATEWAY_CORE_RETRYING_CALLER_H_
#define AIGATEWAY_GATEWAY_CORE_RETRYING_CALLER_H_

#include <memory>
#include <vector>

#include "absl/time/time.h"

#include "gateway/core/caller.h"
#include "gateway/resilience/backoff.h"
#include "gateway/resilience/retry_budget.h"

namespace aigateway {

// Asks the same target again while that may help: by the failure's class, the
// wait that the provider asked for, the target's budget of retries and the
// time that is left. Never once an event was handed over.
class RetryingCaller final : public Caller {
 public:
  struct Options {
    int attempts = 1;  // Counts the first try.
    absl::Duration initial_backoff = absl::Milliseconds(100);
    absl::Duration max_backoff = absl::Seconds(10);
    // HTTP statuses to retry in place of those that the class says; empty: by
    // class. Failures without a status go by class.
    std::vector<int> on_status_codes;
  };
  RetryingCaller(std::unique_ptr<Caller> next, Options options,
                 std::shared_ptr<RetryBudget> budget);

  Task<absl::Status> Call(const TargetCall& call, EventSink& sink) override;

 private:
  struct Progress;
  // Whether to try again, and after how long. Changes `progress`.
  bool TryAgain(const TargetCall& call, const absl::Status& status,
                Progress& progress, absl::Duration& wait) const;

  const std::unique_ptr<Caller> next_;
  const Options options_;
  const Backoff backoff_;
  const std::shared_ptr<RetryBudget> budget_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_RETRYING_CALLER_H_

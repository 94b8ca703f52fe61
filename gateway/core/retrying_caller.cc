#include "gateway/core/retrying_caller.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"

#include "gateway/base/env.h"
#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/timers.h"
#include "gateway/core/error_place.h"
#include "gateway/core/forwarding_sink.h"
#include "gateway/core/request_context.h"
#include "gateway/core/target.h"
#include "gateway/resilience/failure_policy.h"

namespace aigateway {

namespace {

absl::Status Drained(const Target& target) {
  return AtTarget(Error(ErrorReason::kOverloaded, "the target is drained"),
                  target);
}

}  // namespace

// How far the tries at one target have come.
struct RetryingCaller::Progress {
  int failures = 0;
  int broken_generations = 0;
  int keys_left_behind = 0;
};

RetryingCaller::RetryingCaller(std::unique_ptr<Caller> next, Options options,
                               std::shared_ptr<RetryBudget> budget)
    : next_(std::move(next)),
      options_(std::move(options)),
      backoff_(options_.initial_backoff, options_.max_backoff),
      budget_(std::move(budget)) {}

bool RetryingCaller::TryAgain(const TargetCall& call,
                              const absl::Status& status, Progress& progress,
                              absl::Duration& wait) const {
  const ErrorClass error_class = ClassOf(status);
  if (error_class == ErrorClass::kCallerGone) return false;
  ++progress.failures;
  const std::optional<absl::Duration> stated = RetryAfter(status);
  wait = stated.has_value()
             ? *stated
             : backoff_.Delay(progress.failures, *call.request.env().random);

  Retry retry = PolicyFor(error_class).retry;
  int http_status = 0;
  if (!options_.on_status_codes.empty() &&
      absl::SimpleAtoi(GetErrorMetadata(status, "http_status"), &http_status)) {
    const bool listed =
        std::find(options_.on_status_codes.begin(),
                  options_.on_status_codes.end(),
                  http_status) != options_.on_status_codes.end();
    retry = listed ? Retry::kYes : Retry::kNo;
  }
  if (retry == Retry::kOnce && ++progress.broken_generations > 1) return false;
  if (retry == Retry::kNo) return false;
  KeyRing& keys = *call.target.instance().keys;
  const bool next_key =
      keys.size() > 1 && keys.HasFree(call.request.env().timers->Now());
  if (retry == Retry::kWithNextKey) {
    // It is no load upon a target in trouble: neither `attempts` nor the budget
    // speaks to it. Each key gets one try, however soon the first one's rest is
    // over.
    wait = absl::ZeroDuration();
    return next_key && ++progress.keys_left_behind < keys.size();
  }
  if (error_class == ErrorClass::kRateLimited && next_key) {
    wait = absl::ZeroDuration();
  }
  if (progress.failures >= options_.attempts) return false;
  if (wait > options_.max_backoff || !call.request.HasTimeFor(wait)) {
    return false;
  }
  return budget_->TryRetry();
}

Task<absl::Status> RetryingCaller::Call(const TargetCall& call,
                                        EventSink& sink) {
  FirstEventGate gate(&sink);
  Progress progress;
  absl::Status last_real;
  budget_->OnRequest();
  for (;;) {
    if (call.target.drained()) {
      co_return last_real.ok() ? Drained(call.target) : last_real;
    }
    if (call.watch != nullptr) call.watch->OnTryStart();
    absl::Status status = co_await next_->Call(call, gate);
    if (status.ok() || gate.passed()) co_return status;
    // A breaker that opened between two tries hides nothing.
    if (ClassOf(status) == ErrorClass::kSkipped && !last_real.ok()) {
      co_return last_real;
    }
    absl::Duration wait;
    if (call.scope.cancelled() || !TryAgain(call, status, progress, wait)) {
      co_return status;
    }
    last_real = status;
    const absl::Status slept =
        co_await call.request.env().timers->Sleep(call.scope, wait);
    if (!slept.ok()) co_return slept;
  }
}

}  // namespace aigateway

#include "gateway/core/recorded_caller.h"

#include <optional>
#include <utility>

#include "gateway/base/env.h"
#include "gateway/base/errors.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/timers.h"
#include "gateway/core/error_place.h"
#include "gateway/core/forwarding_sink.h"
#include "gateway/core/lost_race.h"
#include "gateway/core/request_context.h"
#include "gateway/core/target.h"

namespace aigateway {
namespace {

// RouteInfo keeps this many attempts; the last ones replace the last place, so
// that the one that answered is always there.
constexpr int kMaxAttempts = 64;

// Notes when the first event came.
class FirstEventClock final : public ForwardingSink {
 public:
  FirstEventClock(EventSink* next, const Timers& timers)
      : ForwardingSink(next), timers_(timers) {}
  std::optional<absl::Time> first() const { return first_; }

 private:
  void OnEvent() override {
    if (!first_.has_value()) first_ = timers_.Now();
  }

  const Timers& timers_;
  std::optional<absl::Time> first_;
};

v1::AttemptOutcome OutcomeOf(const absl::Status& status, bool spoke) {
  if (status.ok()) return v1::ATTEMPT_OUTCOME_SUCCEEDED;
  if (IsLostRace(status) && ClassOf(status) == ErrorClass::kCallerGone) {
    return v1::ATTEMPT_OUTCOME_HEDGE_LOST;
  }
  switch (ClassOf(status)) {
    case ErrorClass::kCallerGone:
      return v1::ATTEMPT_OUTCOME_CANCELLED;
    case ErrorClass::kSkipped:
      // Ended from outside by a bound, it was called all the same.
      return spoke ? v1::ATTEMPT_OUTCOME_INTERRUPTED
                   : v1::ATTEMPT_OUTCOME_SKIPPED;
    default:
      return spoke ? v1::ATTEMPT_OUTCOME_INTERRUPTED
                   : v1::ATTEMPT_OUTCOME_FAILED;
  }
}

v1::Attempt& Begin(const TargetCall& call) {
  v1::RouteInfo& route = call.request.route();
  v1::Attempt& attempt = route.attempts_size() < kMaxAttempts
                             ? *route.add_attempts()
                             : *route.mutable_attempts(kMaxAttempts - 1);
  attempt.Clear();
  attempt.set_target(call.target.name());
  attempt.set_provider(call.target.instance().type);
  attempt.set_upstream_model(call.upstream_model);
  SetProtoDuration(call.request.Elapsed(), attempt.mutable_start_offset());
  return attempt;
}

}  // namespace

RecordedCaller::RecordedCaller(std::unique_ptr<Caller> next,
                               std::vector<RequestObserver*> observers)
    : next_(std::move(next)), observers_(std::move(observers)) {}

Task<absl::Status> RecordedCaller::Call(const TargetCall& call,
                                        EventSink& sink) {
  Timers& timers = *call.request.env().timers;
  v1::Attempt& attempt = Begin(call);
  FirstEventClock clock(&sink, timers);
  TargetStats& stats = call.target.stats();
  stats.OnStart();
  call.request.OnAttemptStart();
  const absl::Time start = timers.Now();
  absl::Duration queued = absl::ZeroDuration();
  TargetCall inner = call;
  inner.queued = &queued;
  const absl::Status status = co_await next_->Call(inner, clock);
  const absl::Time end = timers.Now();
  // How fast the target is; what waits for its slot says nothing of that.
  const absl::Duration duration = end - start - queued;

  std::optional<absl::Duration> first_event;
  if (clock.first().has_value()) first_event = *clock.first() - start - queued;
  stats.OnEnd(status, duration, first_event, end);
  call.request.OnAttemptEnd();
  SetProtoDuration(end - start, attempt.mutable_duration());
  attempt.set_outcome(OutcomeOf(status, first_event.has_value()));
  if (status.ok()) {
    attempt.set_http_status(200);
  } else {
    attempt.set_reason(static_cast<v1::ErrorReason>(ReasonOf(status)));
    const int http_status = HttpStatusOf(status);
    if (http_status != 0) attempt.set_http_status(http_status);
    // Nothing was sent: it is no attempt that took any time.
    if (ClassOf(status) == ErrorClass::kSkipped && !first_event.has_value()) {
      co_return status;
    }
  }
  for (RequestObserver* observer : observers_) {
    observer->OnAttemptEnd({.target = call.target.name(),
                            .provider = call.target.instance().type,
                            .model = call.upstream_model,
                            .method = call.request.method(),
                            .duration = duration,
                            .status = status});
  }
  co_return status;
}

}  // namespace aigateway

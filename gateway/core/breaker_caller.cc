#include "gateway/core/breaker_caller.h"

#include <utility>

#include "gateway/base/env.h"
#include "gateway/base/errors.h"
#include "gateway/base/timers.h"
#include "gateway/core/error_place.h"
#include "gateway/core/forwarding_sink.h"
#include "gateway/core/request_context.h"
#include "gateway/resilience/failure_policy.h"

namespace aigateway {

namespace {

// Frees a trial's place for the next call once the target speaks.
class SpeechSink final : public ForwardingSink {
 public:
  SpeechSink(EventSink* next, Breaker::Permit& permit)
      : ForwardingSink(next), permit_(permit) {}

 private:
  void OnEvent() override { permit_.GiveWay(); }

  Breaker::Permit& permit_;
};

}  // namespace

BreakerCaller::BreakerCaller(std::unique_ptr<Caller> next,
                             std::shared_ptr<BreakerSet> breakers)
    : next_(std::move(next)), breakers_(std::move(breakers)) {}

Task<absl::Status> BreakerCaller::Call(const TargetCall& call,
                                       EventSink& sink) {
  const Timers& timers = *call.request.env().timers;
  absl::StatusOr<Breaker::Permit> permit =
      breakers_->For(call.upstream_model).Acquire(timers.Now());
  if (!permit.ok()) co_return AtTarget(permit.status(), call.target);
  SpeechSink speech(&sink, *permit);
  const absl::Status status = co_await next_->Call(call, speech);
  if (status.ok()) {
    permit->Succeed(timers.Now());
  } else if (PolicyFor(ClassOf(status)).breaker == BreakerOutcome::kFailure) {
    permit->Fail(timers.Now());
  }
  co_return status;
}

}  // namespace aigateway

#include "gateway/core/bounded_caller.h"

#include <utility>

#include "gateway/base/env.h"
#include "gateway/base/errors.h"
#include "gateway/base/timers.h"
#include "gateway/core/error_place.h"
#include "gateway/core/forwarding_sink.h"
#include "gateway/core/request_context.h"

namespace aigateway {
namespace {

// What says nothing stands between the two that do.
int PriorityOf(const RequestContext& request) {
  const v1::Priority priority = request.options().priority();
  return priority == v1::PRIORITY_UNSPECIFIED ? v1::PRIORITY_NORMAL : priority;
}

class SpeechClock final : public ForwardingSink {
 public:
  SpeechClock(EventSink* next, ConcurrencyBound::Slot& slot,
              const Timers& timers)
      : ForwardingSink(next), slot_(slot), timers_(timers) {}

 private:
  void OnEvent() override { slot_.OnSpeech(timers_.Now()); }

  ConcurrencyBound::Slot& slot_;
  const Timers& timers_;
};

bool SaysOverloaded(const absl::Status& status) {
  if (status.ok()) return false;
  const ErrorClass error_class = ClassOf(status);
  return error_class == ErrorClass::kOverloaded ||
         error_class == ErrorClass::kRateLimited ||
         error_class == ErrorClass::kAttemptTimeout;
}

}  // namespace

BoundedCaller::BoundedCaller(std::unique_ptr<Caller> next,
                             std::shared_ptr<ConcurrencyBound> bound)
    : next_(std::move(next)), bound_(std::move(bound)) {}

Task<absl::Status> BoundedCaller::Call(const TargetCall& call,
                                       EventSink& sink) {
  const Env& env = call.request.env();
  // The wait for a slot is no provider's.
  const absl::Time start = env.timers->Now();
  call.request.OnAttemptEnd();
  absl::StatusOr<ConcurrencyBound::Slot> slot =
      co_await bound_->Acquire(env, call.scope, PriorityOf(call.request));
  call.request.OnAttemptStart();
  if (call.queued != nullptr) *call.queued = env.timers->Now() - start;
  if (!slot.ok()) co_return AtTarget(slot.status(), call.target);
  SpeechClock clock(&sink, *slot, *env.timers);
  const absl::Status status = co_await next_->Call(call, clock);
  slot->OnEnd(env.timers->Now(), SaysOverloaded(status));
  co_return status;
}

}  // namespace aigateway

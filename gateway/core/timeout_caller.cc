#include "gateway/core/timeout_caller.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "gateway/base/env.h"
#include "gateway/base/errors.h"
#include "gateway/base/flow.h"
#include "gateway/base/scope.h"
#include "gateway/base/timers.h"
#include "gateway/core/forwarding_sink.h"
#include "gateway/core/request_context.h"

namespace aigateway {
namespace {

// Holds both limits over one call: `attempt` until the first event of a
// stream, `idle` from then on. One timer, moved lazily: life only notes the
// time.
class Limits final : public ForwardingSink {
 public:
  Limits(EventSink* next, const TargetCall& call, Scope& scope,
         const TargetTimeouts& timeouts)
      : ForwardingSink(next),
        request_(call.request),
        watch_(call.watch),
        timers_(*request_.env().timers),
        scope_(scope),
        attempt_(timeouts.attempt),
        idle_(timeouts.idle) {
    const absl::Time now = timers_.Now();
    // The caller's own deadline is watched already.
    if (now + attempt_ < request_.scope().deadline()) {
      timer_ = timers_.At(now + attempt_, [this] { EndAttempt(); });
    }
    if (watch_ != nullptr && request_.stream() &&
        timeouts.first_token < attempt_) {
      first_token_timer_ = timers_.At(now + timeouts.first_token,
                                      [this] { watch_->OnLimitPassed(); });
    }
  }

  void OnLife() override {
    if (streaming_) last_life_ = timers_.Now();
    ForwardingSink::OnLife();
  }

 private:
  void OnEvent() override {
    if (!spoke_) {
      spoke_ = true;
      first_token_timer_.Reset();
      if (watch_ != nullptr) watch_->OnSpeech();
    }
    if (!request_.stream()) return;
    last_life_ = timers_.Now();
    if (streaming_) return;
    streaming_ = true;
    ArmIdle(last_life_ + idle_);
    // What was silent because we did not read begins anew.
    listener_ = request_.flow().Listen([this] { last_life_ = timers_.Now(); });
  }

  void EndAttempt() {
    scope_.Cancel(
        Error(ErrorReason::kAttemptTimeout,
              absl::StrCat("no ", request_.stream() ? "first event" : "answer",
                           " within the attempt limit of ",
                           absl::FormatDuration(attempt_))));
  }

  void ArmIdle(absl::Time when) {
    timer_ = timers_.At(when, [this] { CheckIdle(); });
  }

  void CheckIdle() {
    const absl::Time now = timers_.Now();
    if (request_.flow().paused()) {
      ArmIdle(now + idle_);
    } else if (last_life_ + idle_ > now) {
      ArmIdle(last_life_ + idle_);
    } else {
      scope_.Cancel(Error(ErrorReason::kStreamIdle,
                          absl::StrCat("the stream was silent for ",
                                       absl::FormatDuration(idle_))));
    }
  }

  RequestContext& request_;
  TryWatch* const watch_;
  Timers& timers_;
  Scope& scope_;
  const absl::Duration attempt_;
  const absl::Duration idle_;
  bool spoke_ = false;
  bool streaming_ = false;
  absl::Time last_life_;
  Timers::Handle timer_;
  Timers::Handle first_token_timer_;
  Flow::Listener listener_;
};

}  // namespace

TimeoutCaller::TimeoutCaller(std::unique_ptr<Caller> next,
                             const TargetTimeouts& timeouts)
    : next_(std::move(next)), timeouts_(timeouts) {}

Task<absl::Status> TimeoutCaller::Call(const TargetCall& call,
                                       EventSink& sink) {
  Scope scope(call.scope, call.request.env().timers->Now() + timeouts_.attempt);
  Limits limits(&sink, call, scope, timeouts_);
  const TargetCall inner{call.request, call.target,    call.upstream_model,
                         scope,        call.continued, call.watch};
  co_return co_await next_->Call(inner, limits);
}

}  // namespace aigateway

#include "gateway/core/hold_back_caller.h"

#include <utility>

#include "gateway/base/env.h"
#include "gateway/base/scope.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/task.h"
#include "gateway/base/timers.h"
#include "gateway/core/held_events.h"
#include "gateway/core/request_context.h"

namespace aigateway {
namespace {

class HoldBackSink final : public EventSink {
 public:
  HoldBackSink(EventSink* next, const HoldBackSettings& settings,
               Timers& timers, Scope& scope)
      : next_(*next), settings_(settings), timers_(timers), scope_(scope) {}

  absl::Status OnResponse(v1::ChatResponse& response) override {
    return next_.OnResponse(response);
  }
  absl::Status OnEmbeddings(v1::EmbedResponse& response) override {
    return next_.OnEmbeddings(response);
  }
  absl::Status OnDelta(v1::Delta& delta) override {
    if (open_) return next_.OnDelta(delta);
    held_.Add(delta);
    return AfterHeld();
  }
  absl::Status OnFinish(v1::Finish& finish) override {
    if (open_) return next_.OnFinish(finish);
    held_.Add(finish);
    return AfterHeld();
  }
  absl::Status OnEnd(v1::End& end) override {
    AIGW_RETURN_IF_ERROR(Open());
    return next_.OnEnd(end);
  }
  void OnLife() override { next_.OnLife(); }

  // Waits until nothing is being handed over by the timer. Whoever is handed
  // something may cancel the call, which then ends inside: what hands it over
  // must live on.
  Task<void> WaitForRelease() {
    if (releasing_) co_await released_.Wait();
  }

 private:
  absl::Status AfterHeld() {
    if (held_.size() == 1) {
      timer_ = timers_.After(settings_.time, [this] { OpenByTime(); });
    }
    const bool full = settings_.events > 0 &&
                      held_.size() > static_cast<size_t>(settings_.events);
    if (full || held_.bytes() > HoldBackCaller::kMaxHeldBytes) return Open();
    return absl::OkStatus();
  }

  absl::Status Open() {
    open_ = true;
    timer_.Reset();
    return held_.Release(next_);
  }

  void OpenByTime() {
    if (scope_.cancelled()) return;
    releasing_ = true;
    absl::Status status = Open();
    releasing_ = false;
    // Either may destroy this object.
    if (released_.waiting()) {
      released_.Wake(true);
    } else if (!status.ok()) {
      // Nobody called whom it could be returned to.
      scope_.Cancel(std::move(status));
    }
  }

  EventSink& next_;
  const HoldBackSettings& settings_;
  Timers& timers_;
  Scope& scope_;
  HeldEvents held_;
  bool open_ = false;
  bool releasing_ = false;  // By the timer.
  Waiter<bool> released_;
  Timers::Handle timer_;
};

}  // namespace

HoldBackCaller::HoldBackCaller(std::unique_ptr<Caller> next,
                               const HoldBackSettings& settings)
    : next_(std::move(next)), settings_(settings) {}

Task<absl::Status> HoldBackCaller::Call(const TargetCall& call,
                                        EventSink& sink) {
  Scope scope(call.scope);
  HoldBackSink held(&sink, settings_, *call.request.env().timers, scope);
  const TargetCall inner{call.request, call.target,    call.upstream_model,
                         scope,        call.continued, call.watch};
  absl::Status status = co_await next_->Call(inner, held);
  co_await held.WaitForRelease();
  co_return status;
}

}  // namespace aigateway

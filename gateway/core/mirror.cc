#include "gateway/core/mirror.h"

#include <utility>

#include "gateway/base/env.h"
#include "gateway/base/errors.h"
#include "gateway/base/loop.h"
#include "gateway/base/timers.h"
#include "gateway/core/caller.h"
#include "gateway/core/event_sink.h"
#include "gateway/core/target.h"

namespace aigateway {
namespace {

class DiscardingSink final : public EventSink {
 public:
  absl::Status OnResponse(v1::ChatResponse& response) override {
    return absl::OkStatus();
  }
  absl::Status OnEmbeddings(v1::EmbedResponse& response) override {
    return absl::OkStatus();
  }
  absl::Status OnDelta(v1::Delta& delta) override { return absl::OkStatus(); }
  absl::Status OnFinish(v1::Finish& finish) override {
    return absl::OkStatus();
  }
  absl::Status OnEnd(v1::End& end) override { return absl::OkStatus(); }
  void OnLife() override {}
};

}  // namespace

void Mirror::Send(const RequestContext& request, const PlannedCopy& copy,
                  LoopSlot& slot) {
  if (slot.scope().cancelled()) return;
  if (!Begin(copy.target->name(), copy.terms.max_in_flight)) {
    if (logger_ != nullptr) {
      logger_->Debug("a request was not mirrored: too many copies in flight",
                     {{"target", copy.target->name()},
                      {"request_id", request.request_id()}});
    }
    return;
  }
  auto owned =
      std::make_unique<Copy>(Copy{.chat = request.chat(),
                                  .options = request.options(),
                                  .settings = request.settings(),
                                  .snapshot = request.shared_snapshot(),
                                  .plan = copy,
                                  .model = request.model()});
  if (request.embed() != nullptr) {
    owned->embed = *request.embed();
    owned->settings.embed = &*owned->embed;
  }
  owned->settings.deadline = request.env().timers->Now() + copy.terms.timeout;
  slot.OnRootStart();
  // Behind what the request itself does next.
  slot.env().loop->Post([this, &slot, owned = std::move(owned)]() mutable {
    slot.env().loop->Spawn(Run(std::move(owned), slot));
  });
}

Task<void> Mirror::Run(std::unique_ptr<Copy> copy, LoopSlot& slot) {
  {
    RequestContext context(slot.env(), copy->snapshot, copy->chat,
                           copy->options, copy->settings);
    context.set_model(copy->model);
    context.set_background(&slot);
    const Scope::Watch watch = slot.scope().OnCancel(
        [&] { context.scope().Cancel(slot.scope().status()); });
    DiscardingSink sink;
    const TargetCall call{context, *copy->plan.target,
                          copy->plan.upstream_model, context.scope()};
    absl::Status status = context.scope().status();
    if (status.ok()) {
      status = co_await copy->plan.target->caller().Call(call, sink);
    }
    Log(*copy, status, context.Elapsed());
  }
  End(copy->plan.target->name());
  copy.reset();
  // The last step: whoever waits for it may free the slot.
  slot.OnRootEnd();
}

bool Mirror::Begin(const std::string& target, int max_in_flight) {
  MutexLock lock(&mutex_);
  int& count = in_flight_[target];
  if (count >= max_in_flight) return false;
  ++count;
  return true;
}

void Mirror::End(const std::string& target) {
  MutexLock lock(&mutex_);
  const auto it = in_flight_.find(target);
  if (--it->second == 0) in_flight_.erase(it);
}

int Mirror::in_flight() const {
  MutexLock lock(&mutex_);
  int sum = 0;
  for (const auto& [target, count] : in_flight_) sum += count;
  return sum;
}

void Mirror::Log(const Copy& copy, const absl::Status& status,
                 absl::Duration duration) const {
  if (logger_ == nullptr) return;
  logger_->Log(status.ok() ? LogLevel::kDebug : LogLevel::kInfo,
               status.ok() ? "a mirrored request succeeded"
                           : "a mirrored request failed",
               {{"target", copy.plan.target->name()},
                {"request_id", copy.settings.request_id},
                {"reason", status.ok() ? "" : NameOf(ReasonOf(status))},
                {"duration", duration}});
}

}  // namespace aigateway

#include "gateway/core/loop_slot.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

Task<void> AwaitAndCount(Task<void> work, LoopSlot& slot) {
  co_await std::move(work);
  // The last step: whoever waits for it may free the slot.
  slot.OnRootEnd();
}

}  // namespace

absl::StatusOr<std::unique_ptr<LoopSlot>> LoopSlot::Create(
    int index, const Registry<ProviderType>& types) {
  AIGW_ASSIGN_OR_RETURN(
      std::unique_ptr<EventLoop> loop,
      EventLoop::Create({.name = absl::StrCat("aigw-loop-", index)}));
  auto slot = std::make_unique<LoopSlot>(loop->env());
  slot->own_ = std::move(loop);
  for (const std::string& name : types.Names()) {
    const ProviderType& type = *types.Find(name);
    if (type.make_responder == nullptr) continue;
    Env& env = slot->env_;
    slot->simulated_ = std::make_unique<SimulatedHttpClient>(
        env.timers, type.make_responder());
    slot->routing_ =
        std::make_unique<RoutingHttpClient>(env.http, slot->simulated_.get());
    env.http = slot->routing_.get();
    break;  // One such type: the simulator.
  }
  return slot;
}

LoopSlot::LoopSlot(const Env& env) : env_(env) {}

LoopSlot::~LoopSlot() = default;

absl::Status LoopSlot::Start() {
  if (own_ != nullptr) AIGW_RETURN_IF_ERROR(own_->Start());
  started_ = true;
  return absl::OkStatus();
}

void LoopSlot::Stop() {
  if (own_ == nullptr) return;
  own_->Stop();
  own_->Join();
}

void LoopSlot::Run(Task<void> work) {
  OnRootStart();
  env_.loop->Spawn(AwaitAndCount(std::move(work), *this));
}

void LoopSlot::SetSnapshot(std::shared_ptr<const Snapshot> snapshot) {
  const Snapshot* raw = snapshot.get();
  snapshot_ = std::shared_ptr<const Snapshot>(
      raw, [held = std::move(snapshot)](const Snapshot*) {});
}

}  // namespace aigateway

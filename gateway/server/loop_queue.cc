#include "gateway/server/loop_queue.h"

#include <utility>

#include "gateway/base/check.h"
#include "gateway/base/loop.h"
#include "gateway/base/mutex.h"
#include "gateway/server/tag.h"

namespace aigateway {
namespace {

// Other work of the loop gets its turn after so many.
constexpr int kMaxTagsInARow = 128;

}  // namespace

LoopQueue::LoopQueue(const Env& env,
                     std::unique_ptr<grpc::ServerCompletionQueue> queue)
    : env_(env), queue_(std::move(queue)) {}

LoopQueue::~LoopQueue() {
  AIGW_CHECK(shut_down_);
  AIGW_CHECK(calls_.empty());
}

void LoopQueue::Enter(Member& call) {
  call.place_ = calls_.size();
  calls_.push_back(&call);
  ArmTick();
}

void LoopQueue::Leave(Member& call) {
  AIGW_CHECK(calls_[call.place_] == &call);
  calls_.back()->place_ = call.place_;
  calls_[call.place_] = calls_.back();
  calls_.pop_back();
}

void LoopQueue::DrainSoon() {
  if (drain_posted_) return;
  drain_posted_ = true;
  env_.loop->Post([this] {
    drain_posted_ = false;
    if (Drain()) DrainSoon();
  });
}

bool LoopQueue::Drain() {
  void* tag = nullptr;
  bool ok = false;
  for (int i = 0; i < kMaxTagsInARow; ++i) {
    switch (queue_->AsyncNext(&tag, &ok, gpr_inf_past(GPR_CLOCK_MONOTONIC))) {
      case grpc::CompletionQueue::GOT_EVENT:
        static_cast<Tag*>(tag)->Complete(ok);
        break;
      case grpc::CompletionQueue::TIMEOUT:
        return false;
      case grpc::CompletionQueue::SHUTDOWN:
        shut_down_ = true;
        return false;
    }
  }
  return true;
}

void LoopQueue::ArmTick() {
  if (tick_armed_) return;
  tick_armed_ = true;
  tick_ = env_.timers->After(kTick, [this] {
    tick_armed_ = false;
    if (Drain()) DrainSoon();
    if (!calls_.empty()) ArmTick();
  });
}

void LoopQueue::CancelAll(const absl::Status& reason) {
  // Calls go by their tags only, so none does meanwhile.
  for (Member* call : calls_) call->Cancel(reason);
}

void LoopQueue::Shutdown() {
  Mutex mutex;
  CondVar changed;
  bool done = false;
  env_.loop->Post([&] {
    queue_->Shutdown();
    // Every call has ended, so what is left is there already.
    while (!shut_down_) Drain();
    tick_.Reset();
    MutexLock lock(&mutex);
    done = true;
    changed.SignalAll();
  });
  MutexLock lock(&mutex);
  while (!done) changed.Wait(&mutex);
}

}  // namespace aigateway

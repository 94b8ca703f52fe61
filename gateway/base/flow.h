#ifndef AIGATEWAY_GATEWAY_BASE_FLOW_H_
#define AIGATEWAY_GATEWAY_BASE_FLOW_H_

#include <list>
#include <utility>

#include "absl/functional/any_invocable.h"

namespace aigateway {

// Whether the reader at the end of a stream can take more: back-pressure.
//
// The side that writes to the caller pauses and resumes it; a transfer stops
// reading its socket while it is paused, and time limits on silence stand
// still. What was read already is still delivered, so a sink must hold what one
// read gives. Belongs to one loop.
class Flow {
 public:
  // Listens until destroyed.
  class Listener {
   public:
    Listener() = default;
    Listener(Listener&& other) noexcept { *this = std::move(other); }
    Listener& operator=(Listener&& other) noexcept {
      if (this != &other) {
        Reset();
        flow_ = std::exchange(other.flow_, nullptr);
        position_ = other.position_;
      }
      return *this;
    }
    ~Listener() { Reset(); }
    void Reset() {
      if (flow_ != nullptr) flow_->listeners_.erase(position_);
      flow_ = nullptr;
    }

   private:
    friend class Flow;
    Flow* flow_ = nullptr;
    std::list<absl::AnyInvocable<void()>>::iterator position_;
  };

  Flow() = default;
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;

  bool paused() const { return paused_; }
  void Pause() { Set(true); }
  void Resume() { Set(false); }

  // Calls `changed` after each change, on the loop. A listener may not add or
  // remove others while it runs.
  [[nodiscard]] Listener Listen(absl::AnyInvocable<void()> changed) {
    Listener listener;
    listener.flow_ = this;
    listener.position_ =
        listeners_.insert(listeners_.end(), std::move(changed));
    return listener;
  }

 private:
  void Set(bool paused) {
    if (paused_ == paused) return;
    paused_ = paused;
    for (auto& listener : listeners_) listener();
  }

  bool paused_ = false;
  std::list<absl::AnyInvocable<void()>> listeners_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_FLOW_H_

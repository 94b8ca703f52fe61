#ifndef AIGATEWAY_GATEWAY_BASE_TIMERS_H_
#define AIGATEWAY_GATEWAY_BASE_TIMERS_H_

#include <cstdint>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

#include "gateway/base/scope.h"
#include "gateway/base/task.h"

namespace aigateway {

// Calls back later. Belongs to one loop; cheap to arm and to cancel (most
// timers never fire). Fires at most 2 ms late while the loop is idle.
class Timers {
 public:
  // A callback that is due; forgotten when destroyed.
  class Handle {
   public:
    Handle() = default;
    Handle(Timers* timers, uint64_t id) : timers_(timers), id_(id) {}
    Handle(Handle&& other) noexcept
        : timers_(std::exchange(other.timers_, nullptr)), id_(other.id_) {}
    Handle& operator=(Handle&& other) noexcept {
      if (this != &other) {
        Reset();
        timers_ = std::exchange(other.timers_, nullptr);
        id_ = other.id_;
      }
      return *this;
    }
    ~Handle() { Reset(); }
    void Reset() {
      if (timers_ != nullptr) std::exchange(timers_, nullptr)->Forget(id_);
    }

   private:
    Timers* timers_ = nullptr;
    uint64_t id_ = 0;
  };

  virtual ~Timers() = default;

  // The time that timers go by: the loop's Clock.
  virtual absl::Time Now() const = 0;

  // Runs `callback` on the loop at `when` or soon after, never inside this
  // call. InfiniteFuture() never fires.
  [[nodiscard]] Handle At(absl::Time when,
                          absl::AnyInvocable<void()> callback) {
    return Handle(this, Add(when, std::move(callback)));
  }
  [[nodiscard]] Handle After(absl::Duration delay,
                             absl::AnyInvocable<void()> callback) {
    return At(Now() + delay, std::move(callback));
  }

  // Waits. Returns OK after `delay`, or scope.status() as soon as `scope` is
  // cancelled.
  Task<absl::Status> Sleep(Scope& scope, absl::Duration delay);

 protected:
  virtual uint64_t Add(absl::Time when,
                       absl::AnyInvocable<void()> callback) = 0;
  // Without effect if it fired already.
  virtual void Forget(uint64_t id) = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_TIMERS_H_

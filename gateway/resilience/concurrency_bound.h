#ifndef AIGATEWAY_GATEWAY_RESILIENCE_CONCURRENCY_BOUND_H_
#define AIGATEWAY_GATEWAY_RESILIENCE_CONCURRENCY_BOUND_H_

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "gateway/base/env.h"
#include "gateway/base/mutex.h"
#include "gateway/base/scope.h"
#include "gateway/base/task.h"

namespace aigateway {

struct ConcurrencySettings {
  int max = 1;    // Calls in flight at most, from 1.
  int queue = 0;  // How many more may wait.
  absl::Duration queue_timeout = absl::InfiniteDuration();
  // Whether the bound follows the target's latency, between `min` and `max`.
  bool adaptive = false;
  int min = 1;
};

// Bounds how many calls are in flight at once; more wait in a bounded queue, by
// priority and then in order. One that cannot have its turn in time, as far as
// past calls tell, is refused at once rather than kept. Thread-safe; a waiter
// belongs to its loop, and a slot is handed over by a post to it.
class ConcurrencyBound {
 public:
  // The right to one call in flight; given back when destroyed.
  class Slot {
   public:
    Slot(Slot&& other) noexcept
        : bound_(std::exchange(other.bound_, nullptr)),
          start_(other.start_),
          end_(other.end_),
          speech_(other.speech_),
          overloaded_(other.overloaded_) {}
    Slot& operator=(Slot&& other) = delete;
    ~Slot() {
      if (bound_ != nullptr) bound_->Release(*this);
    }

    // The target began to answer: how long that took is its latency.
    void OnSpeech(absl::Time now) {
      if (speech_ == absl::InfiniteFuture()) speech_ = now;
    }
    // The call ended; `overloaded`: the target said or showed that it has too
    // much to do.
    void OnEnd(absl::Time now, bool overloaded) {
      end_ = now;
      overloaded_ = overloaded;
    }

   private:
    friend class ConcurrencyBound;
    Slot(ConcurrencyBound* bound, absl::Time start)
        : bound_(bound), start_(start), end_(start) {}

    ConcurrencyBound* bound_;
    absl::Time start_;
    absl::Time end_;
    absl::Time speech_ = absl::InfiniteFuture();
    bool overloaded_ = false;
  };

  explicit ConcurrencyBound(const ConcurrencySettings& settings);

  // Waits for a slot. `priority`: higher ones go first. OVERLOADED, with the
  // likely wait, if the queue is full or the turn would come too late;
  // scope.status() if the scope is cancelled meanwhile. Slots do not outlive
  // the bound.
  Task<absl::StatusOr<Slot>> Acquire(const Env& env, Scope& scope,
                                     int priority);

  // Ends the wait of all that wait, with `status`.
  void RefuseWaiting(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);

  int in_flight() const ABSL_LOCKS_EXCLUDED(mutex_);
  int queued() const ABSL_LOCKS_EXCLUDED(mutex_);
  // How many may be in flight now.
  int limit() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Ticket;
  // By falling priority, then in the order of arrival.
  using Key = std::pair<int, int64_t>;
  using Queue = std::map<Key, std::shared_ptr<Ticket>>;

  // Whether a slot is free, which is then taken.
  bool TryTake() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<std::shared_ptr<Ticket>> Enqueue(const Env& env, int priority,
                                                  absl::Time deadline)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Makes room for one of `priority` in a full queue, if one of lower priority
  // waits there.
  bool Displace(int priority) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The one that holds `ticket` waits no more.
  void Leave(Ticket& ticket) ABSL_LOCKS_EXCLUDED(mutex_);
  void Release(const Slot& slot) ABSL_LOCKS_EXCLUDED(mutex_);
  void HandOver() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // How long until one that has `ahead` others before it has its turn.
  absl::Duration LikelyWait(int ahead) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Full(absl::Duration wait) const;
  void Learn(const Slot& slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static void Tell(const std::shared_ptr<Ticket>& ticket, absl::Status status);

  const ConcurrencySettings settings_;
  mutable Mutex mutex_;
  double limit_ ABSL_GUARDED_BY(mutex_);
  int in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t arrivals_ ABSL_GUARDED_BY(mutex_) = 0;
  Queue queue_ ABSL_GUARDED_BY(mutex_);
  // Means that forget: how long a slot is held, how long a call is silent.
  double held_seconds_ ABSL_GUARDED_BY(mutex_) = 0;
  double silent_seconds_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t samples_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_RESILIENCE_CONCURRENCY_BOUND_H_

#ifndef AIGATEWAY_GATEWAY_RESILIENCE_BREAKER_H_
#define AIGATEWAY_GATEWAY_RESILIENCE_BREAKER_H_

#include <array>
#include <cstdint>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "gateway/base/mutex.h"

namespace aigateway {

// When a breaker opens and closes; the defaults are API.md's.
struct BreakerSettings {
  int failure_threshold = 5;  // Failures in a row that open it.
  int success_threshold = 1;  // Successes in a row that close it again.
  absl::Duration timeout = absl::Seconds(30);  // How long it stays open.
  // The share of failures within `window` that opens it too, if there were
  // `min_requests` outcomes; not set: failures in a row alone.
  std::optional<double> failure_rate;
  absl::Duration window = absl::Minutes(1);
  int min_requests = 20;
  int half_open_max = 1;  // Trials at once.
};

// Keeps calls from a target that fails. Closed, it lets all through; it opens
// when too many fail, and lets none through; after `timeout` it is half open
// and lets a few through, whose outcomes close it or open it anew. Thread-safe.
//
// An outcome counts for the state that its call began in alone: a slow call
// from before the breaker opened closes nothing and opens nothing.
class Breaker {
 public:
  enum class State { kClosed, kOpen, kHalfOpen };

  // The right to make one call, and the duty to say how it ended. Destroyed
  // without an outcome it is neutral: it counts for nothing and gives a trial's
  // place back. Must not outlive its breaker.
  class Permit {
   public:
    Permit(Permit&& other) noexcept;
    Permit& operator=(Permit&& other) noexcept;
    ~Permit();

    // The target has begun to answer: a trial's place goes to the next, so that
    // one long stream does not keep all others out. The outcome still counts.
    void GiveWay();

    // At most one of them, once.
    void Succeed(absl::Time now);
    void Fail(absl::Time now);

   private:
    friend class Breaker;
    Permit(Breaker* breaker, int64_t period)
        : breaker_(breaker), period_(period) {}

    Breaker* breaker_;
    int64_t period_;
    bool holds_place_ = true;
  };

  // Whether a call was refused only because trials are under way, whose end
  // may come at any moment.
  static bool IsTrialUnderWay(const absl::Status& refusal);

  explicit Breaker(const BreakerSettings& settings) : settings_(settings) {}

  Breaker(const Breaker&) = delete;
  Breaker& operator=(const Breaker&) = delete;

  // CIRCUIT_OPEN, with the wait until it may be worth trying again, if no call
  // is let through; IsTrialUnderWay() of one that comes while others try.
  absl::StatusOr<Permit> Acquire(absl::Time now) ABSL_LOCKS_EXCLUDED(mutex_);

  // Open turns half open by time alone, seen or not.
  State state(absl::Time now) const ABSL_LOCKS_EXCLUDED(mutex_);
  // When it lets a call through; not set unless it is open.
  std::optional<absl::Time> retry_time(absl::Time now) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Closes it and forgets what it counted.
  void Reset() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Outcomes of a tenth of the window.
  static constexpr int kBuckets = 10;
  struct Bucket {
    int64_t number = -1;  // Of all time; another one is not of the window.
    int64_t failures = 0;
    int64_t outcomes = 0;
  };

  void OnOutcome(int64_t period, bool failed, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void FreePlace(int64_t period) ABSL_LOCKS_EXCLUDED(mutex_);
  bool IsOpen(absl::Time now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Begins a state; outcomes of calls from before do not count any more.
  void Enter(State state) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Open(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Count(bool failed, absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool FailsTooOften(absl::Time now) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  int64_t BucketNumber(absl::Time now) const;

  const BreakerSettings settings_;
  mutable Mutex mutex_;
  State state_ ABSL_GUARDED_BY(mutex_) = State::kClosed;
  int64_t period_ ABSL_GUARDED_BY(mutex_) = 0;  // Grows with each state.
  absl::Time open_until_ ABSL_GUARDED_BY(mutex_);
  int failures_ ABSL_GUARDED_BY(mutex_) = 0;   // In a row.
  int successes_ ABSL_GUARDED_BY(mutex_) = 0;  // In a row, while half open.
  int trials_ ABSL_GUARDED_BY(mutex_) = 0;     // In flight, while half open.
  std::array<Bucket, kBuckets> buckets_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_RESILIENCE_BREAKER_H_

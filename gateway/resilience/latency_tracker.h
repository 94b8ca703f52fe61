#ifndef AIGATEWAY_GATEWAY_RESILIENCE_LATENCY_TRACKER_H_
#define AIGATEWAY_GATEWAY_RESILIENCE_LATENCY_TRACKER_H_

#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

#include "gateway/base/mutex.h"

namespace aigateway {

// How fast a target speaks, and how often it fails instead, with the past
// fading: what was seen a half-life ago counts half. Thread-safe, cheap.
class LatencyTracker {
 public:
  static constexpr absl::Duration kHalfLife = absl::Seconds(10);

  struct Reading {
    absl::Duration mean;       // Of successes: to the first event.
    absl::Duration age;        // Since the last success.
    double failure_share = 0;  // Of attempts, from 0 to 1.
  };

  // An attempt spoke after `latency`.
  void AddSuccess(absl::Duration latency, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // An attempt failed. How fast it did says nothing good of the target.
  void AddFailure(absl::Time now) ABSL_LOCKS_EXCLUDED(mutex_);

  // Nullopt if there was no success, or one so long ago that it says nothing.
  std::optional<Reading> Read(absl::Time now) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // What is left of a weight of 1 at `last_fade_`.
  double Remains(absl::Time now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Fade(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_;
  absl::Time last_fade_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Time last_success_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  double successes_ ABSL_GUARDED_BY(mutex_) = 0;
  double failures_ ABSL_GUARDED_BY(mutex_) = 0;
  double seconds_ ABSL_GUARDED_BY(mutex_) = 0;  // Of all successes together.
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_RESILIENCE_LATENCY_TRACKER_H_

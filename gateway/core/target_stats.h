#ifndef AIGATEWAY_GATEWAY_CORE_TARGET_STATS_H_
#define AIGATEWAY_GATEWAY_CORE_TARGET_STATS_H_

#include <atomic>
#include <cstdint>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

#include "aigateway/v1/admin.pb.h"
#include "gateway/base/mutex.h"
#include "gateway/resilience/latency_tracker.h"

namespace aigateway {

// What was seen of one target: for ListTargets and for strategies that look at
// it. Thread-safe; outlives reloads.
class TargetStats {
 public:
  // Latency percentiles and the error rate are of this many latest attempts.
  static constexpr int kWindow = 256;

  void OnStart() { in_flight_.fetch_add(1, std::memory_order_relaxed); }
  // An attempt ended. `first_event` is the time to the first event of a
  // stream, if there was one.
  void OnEnd(const absl::Status& status, absl::Duration duration,
             std::optional<absl::Duration> first_event, absl::Time now);

  // Within which time the given share of recent calls, in percent, had their
  // first event or, unary ones, their answer. nullopt while there are too few
  // to say.
  std::optional<absl::Duration> SpeechPercentile(double percent,
                                                 bool stream) const;

  // Fills in_flight, latency, time_to_first_token, error_rate, last_error.
  void Describe(v1::Target& target) const;
  std::optional<v1::LastError> last_error() const;

  // For strategies: attempts under way, and how fast it was of late.
  int64_t in_flight() const {
    return in_flight_.load(std::memory_order_relaxed);
  }
  const LatencyTracker& recent() const { return recent_; }

 private:
  struct Window {
    int64_t micros[kWindow] = {};
    int64_t count = 0;
    void Add(absl::Duration value);
    std::optional<absl::Duration> Percentile(double percent) const;
    void Describe(v1::LatencyPercentiles& percentiles) const;
  };

  std::atomic<int64_t> in_flight_{0};
  LatencyTracker recent_;
  mutable Mutex mutex_;
  Window latency_ ABSL_GUARDED_BY(mutex_);
  Window first_event_ ABSL_GUARDED_BY(mutex_);
  bool failed_[kWindow] ABSL_GUARDED_BY(mutex_) = {};
  int64_t outcomes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::optional<v1::LastError> last_error_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_TARGET_STATS_H_

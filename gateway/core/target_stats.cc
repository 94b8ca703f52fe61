#include "gateway/core/target_stats.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"

#include "gateway/base/errors.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/utf8.h"
#include "gateway/resilience/failure_policy.h"

namespace aigateway {
namespace {

constexpr size_t kMaxErrorText = 512;
// Fewer say nothing of what is usual.
constexpr int64_t kLeastSamples = 20;

// Whether the target said nothing at all: the caller went, or nothing was sent.
bool WasNotAnswered(ErrorClass error_class) {
  return error_class == ErrorClass::kSkipped ||
         error_class == ErrorClass::kCallerGone;
}

absl::Duration At(const std::vector<int64_t>& sorted, double share) {
  const size_t index =
      std::min(sorted.size() - 1, static_cast<size_t>(share * sorted.size()));
  return absl::Microseconds(sorted[index]);
}

// Of one that was answered, whether it is the target that failed: not what the
// caller asked for, a model that is not there among it.
bool CountsAsFailure(ErrorClass error_class) {
  return error_class != ErrorClass::kNotFound &&
         PolicyFor(error_class).failover == Failover::kYes;
}

}  // namespace

void TargetStats::Window::Add(absl::Duration value) {
  micros[count % kWindow] = absl::ToInt64Microseconds(value);
  ++count;
}

std::optional<absl::Duration> TargetStats::Window::Percentile(
    double percent) const {
  const int64_t seen = std::min<int64_t>(count, kWindow);
  if (seen < kLeastSamples) return std::nullopt;
  std::vector<int64_t> values(micros, micros + seen);
  const auto nth =
      values.begin() +
      std::min(seen - 1, static_cast<int64_t>(percent / 100 * seen));
  std::nth_element(values.begin(), nth, values.end());
  return absl::Microseconds(*nth);
}

std::optional<absl::Duration> TargetStats::SpeechPercentile(double percent,
                                                            bool stream) const {
  MutexLock lock(&mutex_);
  return (stream ? first_event_ : latency_).Percentile(percent);
}

void TargetStats::Window::Describe(v1::LatencyPercentiles& percentiles) const {
  std::vector<int64_t> sorted(micros,
                              micros + std::min<int64_t>(count, kWindow));
  std::sort(sorted.begin(), sorted.end());
  SetProtoDuration(At(sorted, 0.50), percentiles.mutable_p50());
  SetProtoDuration(At(sorted, 0.90), percentiles.mutable_p90());
  SetProtoDuration(At(sorted, 0.95), percentiles.mutable_p95());
  SetProtoDuration(At(sorted, 0.99), percentiles.mutable_p99());
  percentiles.set_count(static_cast<int64_t>(sorted.size()));
}

void TargetStats::OnEnd(const absl::Status& status, absl::Duration duration,
                        std::optional<absl::Duration> first_event,
                        absl::Time now) {
  in_flight_.fetch_sub(1, std::memory_order_relaxed);
  if (!status.ok() && WasNotAnswered(ClassOf(status))) return;
  const bool failed = !status.ok() && CountsAsFailure(ClassOf(status));
  if (status.ok()) {
    recent_.AddSuccess(first_event.value_or(duration), now);
  } else if (failed) {
    recent_.AddFailure(now);
  }
  MutexLock lock(&mutex_);
  if (status.ok() || failed) {
    failed_[outcomes_ % kWindow] = !status.ok();
    ++outcomes_;
  }
  if (status.ok()) latency_.Add(duration);
  if (first_event.has_value()) first_event_.Add(*first_event);
  if (status.ok()) return;
  v1::LastError error;
  SetProtoTime(now, error.mutable_time());
  error.set_reason(static_cast<v1::ErrorReason>(ReasonOf(status)));
  int http_status = 0;
  if (absl::SimpleAtoi(GetErrorMetadata(status, "http_status"), &http_status)) {
    error.set_http_status(http_status);
  }
  error.set_message(Truncate(status.message(), kMaxErrorText));
  last_error_ = std::move(error);
}

void TargetStats::Describe(v1::Target& target) const {
  target.set_in_flight(in_flight());
  MutexLock lock(&mutex_);
  if (latency_.count > 0) latency_.Describe(*target.mutable_latency());
  if (first_event_.count > 0) {
    first_event_.Describe(*target.mutable_time_to_first_token());
  }
  if (outcomes_ > 0) {
    const int64_t seen = std::min<int64_t>(outcomes_, kWindow);
    const int64_t failures = std::count(failed_, failed_ + seen, true);
    target.set_error_rate(static_cast<double>(failures) / seen);
  }
  if (last_error_.has_value()) *target.mutable_last_error() = *last_error_;
}

std::optional<v1::LastError> TargetStats::last_error() const {
  MutexLock lock(&mutex_);
  return last_error_;
}

}  // namespace aigateway

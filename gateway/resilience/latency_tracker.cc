#include "gateway/resilience/latency_tracker.h"

#include <algorithm>
#include <cmath>

namespace aigateway {
namespace {

// Below this weight, reached after some five minutes, the past is forgotten.
constexpr double kForgotten = 1e-9;

}  // namespace

double LatencyTracker::Remains(absl::Time now) const {
  // A clock may be set back; nothing grows by it.
  const absl::Duration passed =
      std::max(now - last_fade_, absl::ZeroDuration());
  return std::exp2(-absl::FDivDuration(passed, kHalfLife));
}

void LatencyTracker::Fade(absl::Time now) {
  const double remains = Remains(now);
  successes_ *= remains;
  failures_ *= remains;
  seconds_ *= remains;
  last_fade_ = std::max(last_fade_, now);
}

void LatencyTracker::AddSuccess(absl::Duration latency, absl::Time now) {
  MutexLock lock(&mutex_);
  Fade(now);
  successes_ += 1;
  seconds_ += absl::ToDoubleSeconds(std::max(latency, absl::ZeroDuration()));
  last_success_ = std::max(last_success_, now);
}

void LatencyTracker::AddFailure(absl::Time now) {
  MutexLock lock(&mutex_);
  Fade(now);
  failures_ += 1;
}

std::optional<LatencyTracker::Reading> LatencyTracker::Read(
    absl::Time now) const {
  MutexLock lock(&mutex_);
  if (successes_ * Remains(now) < kForgotten) return std::nullopt;
  return Reading{.mean = absl::Seconds(seconds_ / successes_),
                 .age = std::max(now - last_success_, absl::ZeroDuration()),
                 .failure_share = failures_ / (successes_ + failures_)};
}

}  // namespace aigateway

#include "gateway/resilience/breaker.h"

#include <algorithm>
#include <utility>

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

// After which it is worth looking again whether a trial has ended.
constexpr absl::Duration kTrialWait = absl::Seconds(1);
constexpr char kTrial[] = "trial";
constexpr char kUnderWay[] = "under way";

absl::Status CircuitOpen(absl::Duration wait) {
  absl::Status status =
      Error(ErrorReason::kCircuitOpen,
            "the target failed too often and is left alone for a while");
  SetRetryAfter(status, wait);
  return status;
}

}  // namespace

bool Breaker::IsTrialUnderWay(const absl::Status& refusal) {
  return GetErrorMetadata(refusal, kTrial) == kUnderWay;
}

Breaker::Permit::Permit(Permit&& other) noexcept
    : breaker_(std::exchange(other.breaker_, nullptr)),
      period_(other.period_),
      holds_place_(other.holds_place_) {}

Breaker::Permit& Breaker::Permit::operator=(Permit&& other) noexcept {
  if (this != &other) {
    GiveWay();
    breaker_ = std::exchange(other.breaker_, nullptr);
    period_ = other.period_;
    holds_place_ = other.holds_place_;
  }
  return *this;
}

Breaker::Permit::~Permit() { GiveWay(); }

void Breaker::Permit::GiveWay() {
  if (breaker_ == nullptr || !holds_place_) return;
  holds_place_ = false;
  breaker_->FreePlace(period_);
}

void Breaker::Permit::Succeed(absl::Time now) {
  GiveWay();
  std::exchange(breaker_, nullptr)->OnOutcome(period_, /*failed=*/false, now);
}

void Breaker::Permit::Fail(absl::Time now) {
  GiveWay();
  std::exchange(breaker_, nullptr)->OnOutcome(period_, /*failed=*/true, now);
}

absl::StatusOr<Breaker::Permit> Breaker::Acquire(absl::Time now) {
  MutexLock lock(&mutex_);
  if (state_ == State::kOpen) {
    if (IsOpen(now)) return CircuitOpen(open_until_ - now);
    Enter(State::kHalfOpen);
  }
  if (state_ == State::kHalfOpen) {
    if (trials_ >= settings_.half_open_max) {
      absl::Status refusal = CircuitOpen(kTrialWait);
      SetErrorMetadata(refusal, kTrial, kUnderWay);
      return refusal;
    }
    ++trials_;
  }
  return Permit(this, period_);
}

Breaker::State Breaker::state(absl::Time now) const {
  MutexLock lock(&mutex_);
  return state_ == State::kOpen && !IsOpen(now) ? State::kHalfOpen : state_;
}

std::optional<absl::Time> Breaker::retry_time(absl::Time now) const {
  MutexLock lock(&mutex_);
  if (!IsOpen(now)) return std::nullopt;
  return open_until_;
}

void Breaker::Reset() {
  MutexLock lock(&mutex_);
  Enter(State::kClosed);
}

bool Breaker::IsOpen(absl::Time now) const {
  return state_ == State::kOpen && now < open_until_;
}

void Breaker::Enter(State state) {
  state_ = state;
  ++period_;
  failures_ = 0;
  successes_ = 0;
  trials_ = 0;
  buckets_.fill({});
}

void Breaker::Open(absl::Time now) {
  Enter(State::kOpen);
  open_until_ = now + settings_.timeout;
}

void Breaker::FreePlace(int64_t period) {
  MutexLock lock(&mutex_);
  if (period == period_ && state_ == State::kHalfOpen) --trials_;
}

void Breaker::OnOutcome(int64_t period, bool failed, absl::Time now) {
  MutexLock lock(&mutex_);
  if (period != period_) return;
  if (state_ == State::kHalfOpen) {
    if (failed) {
      Open(now);
    } else if (++successes_ >= settings_.success_threshold) {
      Enter(State::kClosed);
    }
    return;
  }
  failures_ = failed ? failures_ + 1 : 0;
  Count(failed, now);
  if (failed &&
      (failures_ >= settings_.failure_threshold || FailsTooOften(now))) {
    Open(now);
  }
}

int64_t Breaker::BucketNumber(absl::Time now) const {
  const absl::Duration width =
      std::max(settings_.window / kBuckets, absl::Nanoseconds(1));
  return (now - absl::UnixEpoch()) / width;
}

void Breaker::Count(bool failed, absl::Time now) {
  if (!settings_.failure_rate.has_value()) return;
  const int64_t number = BucketNumber(now);
  Bucket& bucket = buckets_[static_cast<size_t>(number) % kBuckets];
  if (bucket.number != number) bucket = {.number = number};
  ++bucket.outcomes;
  if (failed) ++bucket.failures;
}

bool Breaker::FailsTooOften(absl::Time now) const {
  if (!settings_.failure_rate.has_value()) return false;
  const int64_t oldest = BucketNumber(now) - kBuckets + 1;
  int64_t failures = 0;
  int64_t outcomes = 0;
  for (const Bucket& bucket : buckets_) {
    if (bucket.number < oldest) continue;
    failures += bucket.failures;
    outcomes += bucket.outcomes;
  }
  return outcomes >= settings_.min_requests &&
         static_cast<double>(failures) >=
             *settings_.failure_rate * static_cast<double>(outcomes);
}

}  // namespace aigateway

#include "gateway/resilience/breaker_set.h"

namespace aigateway {

Breaker& BreakerSet::For(absl::string_view model) {
  MutexLock lock(&mutex_);
  const auto it = by_model_.find(model);
  if (it != by_model_.end()) return *it->second;
  if (by_model_.size() >= kMaxModels) return rest_;
  std::unique_ptr<Breaker>& made = by_model_[std::string(model)];
  made = std::make_unique<Breaker>(settings_);
  return *made;
}

const Breaker* BreakerSet::Find(absl::string_view model) const {
  MutexLock lock(&mutex_);
  const auto it = by_model_.find(model);
  if (it != by_model_.end()) return it->second.get();
  return by_model_.size() < kMaxModels ? nullptr : &rest_;
}

template <typename Visit>
void BreakerSet::ForEach(Visit visit) const {
  MutexLock lock(&mutex_);
  for (const auto& [model, breaker] : by_model_) visit(*breaker);
  visit(rest_);
}

Breaker::State BreakerSet::state(absl::Time now) const {
  Breaker::State worst = Breaker::State::kClosed;
  ForEach([&](const Breaker& breaker) {
    const Breaker::State state = breaker.state(now);
    if (state == Breaker::State::kOpen || (state == Breaker::State::kHalfOpen &&
                                           worst == Breaker::State::kClosed)) {
      worst = state;
    }
  });
  return worst;
}

std::optional<absl::Time> BreakerSet::retry_time(absl::Time now) const {
  std::optional<absl::Time> earliest;
  ForEach([&](const Breaker& breaker) {
    const std::optional<absl::Time> time = breaker.retry_time(now);
    if (time.has_value() && (!earliest.has_value() || *time < *earliest)) {
      earliest = time;
    }
  });
  return earliest;
}

void BreakerSet::Reset() {
  ForEach([](Breaker& breaker) { breaker.Reset(); });
}

}  // namespace aigateway

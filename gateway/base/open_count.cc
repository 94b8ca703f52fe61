#include "gateway/base/open_count.h"

#include <utility>

#include "absl/time/clock.h"

namespace aigateway {

bool OpenCount::Wait(absl::Duration limit) const {
  const absl::Time end = absl::Now() + limit;
  const MutexLock lock(&mutex_);
  watched_.store(true);
  while (count_.load() > 0) {
    const absl::Duration left = end - absl::Now();
    if (left <= absl::ZeroDuration()) return false;
    changed_.WaitFor(&mutex_, left);
  }
  return true;
}

void OpenCount::Watch(absl::AnyInvocable<void()> idle) {
  const MutexLock lock(&mutex_);
  watched_.store(true);
  idle_ = std::move(idle);
}

void OpenCount::Tell() {
  const MutexLock lock(&mutex_);
  changed_.SignalAll();
  if (idle_) idle_();
}

}  // namespace aigateway

#include "plugins/use_window.h"

#include <algorithm>

namespace aigateway {

void UseWindow::Expire(const Limit& limit, int64_t now_ns) {
  const int64_t gone_ns = now_ns - absl::ToInt64Nanoseconds(limit.length);
  size_t count = 0;
  while (count < entries_.size() && entries_[count].last_ns <= gone_ns) {
    used_ -= entries_[count].amount;
    ++count;
  }
  if (count == 0) return;
  entries_.erase(entries_.begin(),
                 entries_.begin() + static_cast<ptrdiff_t>(count));
  first_ += static_cast<int64_t>(count);
}

absl::Duration UseWindow::WaitFor(int64_t amount, const Limit& limit,
                                  absl::Time now) {
  if (amount > limit.amount) return absl::InfiniteDuration();
  const int64_t now_ns = absl::ToUnixNanos(now);
  Expire(limit, now_ns);
  int64_t over = used_ + amount - limit.amount;
  if (over <= 0) return absl::ZeroDuration();
  for (const Entry& entry : entries_) {
    over -= entry.amount;
    if (over <= 0) {
      return limit.length - absl::Nanoseconds(now_ns - entry.last_ns);
    }
  }
  return absl::InfiniteDuration();
}

int64_t UseWindow::Add(int64_t amount, const Limit& limit, absl::Time now) {
  int64_t now_ns = absl::ToUnixNanos(now);
  Expire(limit, now_ns);
  used_ += amount;
  if (!entries_.empty()) {
    Entry& newest = entries_.back();
    // Another thread may have read the clock later and come first.
    now_ns = std::max(now_ns, newest.last_ns);
    const int64_t slice_ns = absl::ToInt64Nanoseconds(limit.length / kSlices);
    if (newest.last_ns == now_ns ||
        (entries_.size() >= kExact && now_ns - newest_begin_ns_ < slice_ns)) {
      newest.last_ns = now_ns;
      newest.amount += amount;
      return first_ + static_cast<int64_t>(entries_.size()) - 1;
    }
  }
  newest_begin_ns_ = now_ns;
  entries_.push_back({.last_ns = now_ns, .amount = amount});
  return first_ + static_cast<int64_t>(entries_.size()) - 1;
}

void UseWindow::Change(int64_t use, int64_t by) {
  if (use < first_) return;
  entries_[static_cast<size_t>(use - first_)].amount += by;
  used_ += by;
}

int64_t UseWindow::Used(const Limit& limit, absl::Time now) {
  Expire(limit, absl::ToUnixNanos(now));
  return used_;
}

}  // namespace aigateway

#include "plugins/use_window.h"

#include <algorithm>

namespace aigateway {

void UseWindow::Expire(const Limit& limit, absl::Time now) {
  const absl::Time gone = now - limit.length;
  size_t count = 0;
  while (count < entries_.size() && entries_[count].last <= gone) {
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
  Expire(limit, now);
  int64_t over = used_ + amount - limit.amount;
  if (over <= 0) return absl::ZeroDuration();
  for (const Entry& entry : entries_) {
    over -= entry.amount;
    if (over <= 0) return entry.last + limit.length - now;
  }
  return absl::InfiniteDuration();
}

int64_t UseWindow::Add(int64_t amount, const Limit& limit, absl::Time now) {
  Expire(limit, now);
  used_ += amount;
  if (!entries_.empty()) {
    Entry& newest = entries_.back();
    // Another thread may have read the clock later and come first.
    now = std::max(now, newest.last);
    if (newest.last == now || (entries_.size() >= kExact &&
                               now - newest.begin < limit.length / kSlices)) {
      newest.last = now;
      newest.amount += amount;
      return first_ + static_cast<int64_t>(entries_.size()) - 1;
    }
  }
  entries_.push_back({.begin = now, .last = now, .amount = amount});
  return first_ + static_cast<int64_t>(entries_.size()) - 1;
}

void UseWindow::Change(int64_t use, int64_t by) {
  if (use < first_) return;
  entries_[static_cast<size_t>(use - first_)].amount += by;
  used_ += by;
}

int64_t UseWindow::Used(const Limit& limit, absl::Time now) {
  Expire(limit, now);
  return used_;
}

}  // namespace aigateway

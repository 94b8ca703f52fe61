#include "plugins/limit_meter.h"

#include <algorithm>
#include <cstddef>

namespace aigateway {

absl::Duration LimitMeter::WaitFor(const LimitRule& rule, int64_t tokens,
                                   absl::Time now) {
  absl::Duration wait = absl::ZeroDuration();
  if (rule.bucket.has_value()) wait = bucket_.WaitFor(*rule.bucket, now);
  for (size_t i = 0; i < windows_.size(); ++i) {
    const LimitRule::Window& window = rule.windows[i];
    wait = std::max(wait, windows_[i].WaitFor(window.tokens ? tokens : 1,
                                              window.limit, now));
  }
  return wait;
}

LimitMeter::Receipt LimitMeter::Take(const LimitRule& rule, int64_t tokens,
                                     absl::Time now) {
  if (rule.bucket.has_value()) bucket_.Add(*rule.bucket, now);
  Receipt receipt;
  for (size_t i = 0; i < windows_.size(); ++i) {
    const LimitRule::Window& window = rule.windows[i];
    receipt.push_back(
        windows_[i].Add(window.tokens ? tokens : 1, window.limit, now));
  }
  return receipt;
}

void LimitMeter::Undo(const LimitRule& rule, const Receipt& receipt,
                      int64_t tokens) {
  if (rule.bucket.has_value()) bucket_.Undo(*rule.bucket);
  for (size_t i = 0; i < windows_.size(); ++i) {
    windows_[i].Change(receipt[i], rule.windows[i].tokens ? -tokens : -1);
  }
}

void LimitMeter::ChangeTokens(const LimitRule& rule, const Receipt& receipt,
                              int64_t by) {
  for (size_t i = 0; i < windows_.size(); ++i) {
    if (rule.windows[i].tokens) windows_[i].Change(receipt[i], by);
  }
}

double LimitMeter::UsedShare(const LimitRule& rule, absl::Time now) {
  double share = 0;
  if (rule.bucket.has_value()) share = bucket_.UsedShare(*rule.bucket, now);
  for (size_t i = 0; i < windows_.size(); ++i) {
    const UseWindow::Limit& limit = rule.windows[i].limit;
    share = std::max(share, static_cast<double>(windows_[i].Used(limit, now)) /
                                static_cast<double>(limit.amount));
  }
  return share;
}

}  // namespace aigateway

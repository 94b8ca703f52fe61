#include "gateway/resilience/retry_budget.h"

#include <algorithm>
#include <cmath>

namespace aigateway {

RetryBudget::RetryBudget(double share, int reserve)
    : deposit_(std::llround(share * kOne)),
      // Holds the reserve and what a hundred requests pay in.
      most_(deposit_ == 0 ? 0
                          : std::max(kOne, reserve * kOne + 100 * deposit_)),
      balance_(deposit_ == 0 ? 0 : reserve * kOne) {}

void RetryBudget::OnRequest() {
  if (deposit_ == 0) return;
  int64_t balance = balance_.load(std::memory_order_relaxed);
  while (balance < most_ && !balance_.compare_exchange_weak(
                                balance, std::min(balance + deposit_, most_),
                                std::memory_order_relaxed)) {
  }
}

bool RetryBudget::TryRetry() {
  int64_t balance = balance_.load(std::memory_order_relaxed);
  while (balance >= kOne) {
    if (balance_.compare_exchange_weak(balance, balance - kOne,
                                       std::memory_order_relaxed)) {
      return true;
    }
  }
  return false;
}

}  // namespace aigateway

#ifndef AIGATEWAY_GATEWAY_RESILIENCE_RETRY_BUDGET_H_
#define AIGATEWAY_GATEWAY_RESILIENCE_RETRY_BUDGET_H_

#include <atomic>
#include <cstdint>

namespace aigateway {

// Bounds a target's retries, or a gateway's hedges, to a share of the requests,
// so that a fault is not multiplied. Thread-safe.
//
// Each request pays `share` in, each retry takes one out. A reserve lets a
// quiet target retry; it is refilled by requests only.
class RetryBudget {
 public:
  static constexpr int kReserve = 10;

  // `share` in [0, 1000]; 0 allows no retry at all.
  explicit RetryBudget(double share, int reserve = kReserve);

  void OnRequest();
  // Takes one retry out; false if there is none left.
  bool TryRetry();

 private:
  static constexpr int64_t kOne = 1'000'000;  // Millionths of a retry.
  const int64_t deposit_;
  const int64_t most_;
  std::atomic<int64_t> balance_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_RESILIENCE_RETRY_BUDGET_H_

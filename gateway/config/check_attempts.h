#ifndef AIGATEWAY_GATEWAY_CONFIG_CHECK_ATTEMPTS_H_
#define AIGATEWAY_GATEWAY_CONFIG_CHECK_ATTEMPTS_H_

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/field_path.h"

namespace aigateway {

// Check the blocks of a target that say how it is called: see
// ValidateConfig().
void CheckRetry(const config::v1::RetryConfig& retry, const FieldPath& path,
                FaultReport& report);
void CheckTimeouts(const config::v1::TimeoutsConfig& timeouts,
                   const FieldPath& path, FaultReport& report);
void CheckBreaker(const config::v1::CircuitBreakerConfig& breaker,
                  const FieldPath& path, FaultReport& report);
void CheckConcurrency(const config::v1::ConcurrencyConfig& concurrency,
                      const FieldPath& path, FaultReport& report);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_CHECK_ATTEMPTS_H_

#ifndef AIGATEWAY_GATEWAY_CONFIG_CHECK_ACCESS_H_
#define AIGATEWAY_GATEWAY_CONFIG_CHECK_ACCESS_H_

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/fault_report.h"

namespace aigateway {

// Check who may call, and under which names models are called: see
// ValidateConfig().
void CheckAuth(const config::v1::GatewayConfig& config, FaultReport& report);
void CheckAliases(const config::v1::GatewayConfig& config, FaultReport& report);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_CHECK_ACCESS_H_

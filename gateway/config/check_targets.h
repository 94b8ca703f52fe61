#ifndef AIGATEWAY_GATEWAY_CONFIG_CHECK_TARGETS_H_
#define AIGATEWAY_GATEWAY_CONFIG_CHECK_TARGETS_H_

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {

// Checks `targets`, groups and their strategies included: see ValidateConfig().
void CheckTargets(const config::v1::GatewayConfig& config,
                  const Vocabulary& vocabulary, FaultReport& report);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_CHECK_TARGETS_H_

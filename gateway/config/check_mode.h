#ifndef AIGATEWAY_GATEWAY_CONFIG_CHECK_MODE_H_
#define AIGATEWAY_GATEWAY_CONFIG_CHECK_MODE_H_

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/field_path.h"
#include "gateway/config/target_names.h"

namespace aigateway {

// Checks the settings that belong to one mode each, and that none stands beside
// another mode: see ValidateConfig(). `path` is where the strategy stands.
void CheckModeSettings(const config::v1::StrategyConfig& strategy,
                       const TargetNames& names, const FieldPath& path,
                       FaultReport& report);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_CHECK_MODE_H_

#ifndef AIGATEWAY_GATEWAY_CONFIG_CHECK_PLUGINS_H_
#define AIGATEWAY_GATEWAY_CONFIG_CHECK_PLUGINS_H_

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {

// Checks `plugins`: see ValidateConfig(). Their `config` is read against their
// own schema by ReadConfig(), and checked by their Create().
void CheckPlugins(const config::v1::GatewayConfig& config,
                  const Vocabulary& vocabulary, FaultReport& report);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_CHECK_PLUGINS_H_

#ifndef AIGATEWAY_GATEWAY_CONFIG_CHECK_PROVIDERS_H_
#define AIGATEWAY_GATEWAY_CONFIG_CHECK_PROVIDERS_H_

#include <string>

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {

// Checks `providers`: see ValidateConfig(). Their `options` are for the type's
// own Create() to check.
void CheckProviders(const config::v1::GatewayConfig& config,
                    const Vocabulary& vocabulary, FaultReport& report);

// The name of an instance: its own, or its type.
const std::string& InstanceName(const config::v1::ProviderConfig& provider);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_CHECK_PROVIDERS_H_

#ifndef AIGATEWAY_GATEWAY_CORE_PLUGIN_BUILDER_H_
#define AIGATEWAY_GATEWAY_CORE_PLUGIN_BUILDER_H_

#include <vector>

#include "aigateway/config/v1/config.pb.h"
#include "gateway/base/registry.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/secrets.h"
#include "gateway/core/carried_state.h"
#include "gateway/core/plugin_chain.h"
#include "plugins/plugin.h"

namespace aigateway {

// Makes the plugins of a configuration that are switched on, in its order. One
// that cannot be made is reported by its path and left out; unknown names and
// stages were reported when the configuration was checked. One with the same
// name and settings as in a snapshot that lives is the same object, found by
// `states`, and keeps what it knows.
std::vector<PluginChain::Entry> BuildPlugins(
    const config::v1::GatewayConfig& config, const Registry<PluginKind>& kinds,
    const SecretSource& secrets, CarriedState& states, FaultReport& report);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_PLUGIN_BUILDER_H_

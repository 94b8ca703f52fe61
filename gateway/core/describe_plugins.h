#ifndef AIGATEWAY_GATEWAY_CORE_DESCRIBE_PLUGINS_H_
#define AIGATEWAY_GATEWAY_CORE_DESCRIBE_PLUGINS_H_

#include <vector>

#include "aigateway/config/v1/config.pb.h"
#include "aigateway/v1/admin.pb.h"
#include "gateway/core/plugin_chain.h"

namespace aigateway {

// The plugins of a configuration in its order, a row for each stage at which
// one runs, those that are switched off among them; then those that were
// registered by hand. `config` is that of `chain`, without its secrets.
std::vector<v1::Plugin> DescribePlugins(const config::v1::GatewayConfig& config,
                                        const PluginChain& chain);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_DESCRIBE_PLUGINS_H_

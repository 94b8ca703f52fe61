#ifndef AIGATEWAY_GATEWAY_CORE_CONFIG_SOURCE_H_
#define AIGATEWAY_GATEWAY_CORE_CONFIG_SOURCE_H_

#include <optional>
#include <string>

#include "aigateway/config/v1/config.pb.h"

namespace aigateway {

// Where a configuration comes from: at most one of them. With none, the
// embedded default: every provider whose usual environment variable is set,
// and the simulator.
struct ConfigSource {
  std::string path;                 // A YAML or JSON file.
  std::optional<std::string> text;  // The same as text.
  std::optional<config::v1::GatewayConfig> config;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_CONFIG_SOURCE_H_

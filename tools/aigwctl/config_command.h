#ifndef AIGATEWAY_TOOLS_AIGWCTL_CONFIG_COMMAND_H_
#define AIGATEWAY_TOOLS_AIGWCTL_CONFIG_COMMAND_H_

#include <string>

#include "tools/aigwctl/client.h"

namespace aigateway {

// Checks a file here, without a gateway, as one would at its start.
int ValidateConfigFile(const std::string& path);
// Says what would change if the gateway ran the file; nothing is applied.
int DiffConfigFile(const ClientOptions& options, const std::string& path);
// Applies a file; an empty path: what the gateway started with.
int ReloadConfigFile(const ClientOptions& options, const std::string& path);
// Prints the configuration that runs as YAML, secrets withheld.
int ShowConfig(const ClientOptions& options);

}  // namespace aigateway

#endif  // AIGATEWAY_TOOLS_AIGWCTL_CONFIG_COMMAND_H_

#ifndef AIGATEWAY_TOOLS_AIGWCTL_LISTING_H_
#define AIGATEWAY_TOOLS_AIGWCTL_LISTING_H_

#include <string>

#include "tools/aigwctl/client.h"

namespace aigateway {

// `aigwctl models`, `providers`, `plugins`, `version`: a table, or with `json`
// the messages as JSON, one a line. Each returns the exit code.
int ListModels(const ClientOptions& options, bool json);
int ListProviders(const ClientOptions& options, bool json);
int ListPlugins(const ClientOptions& options, bool json);
// What becomes of each parameter of a request at one instance.
int ShowProvider(const ClientOptions& options, bool json,
                 const std::string& instance);
// `aigwctl events`: a line for each call as it ends, until the gateway or the
// user ends it.
int WatchEvents(const ClientOptions& options, bool json, bool failures_only);
int ShowVersion(const ClientOptions& options, bool json);

}  // namespace aigateway

#endif  // AIGATEWAY_TOOLS_AIGWCTL_LISTING_H_

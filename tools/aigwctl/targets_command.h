#ifndef AIGATEWAY_TOOLS_AIGWCTL_TARGETS_COMMAND_H_
#define AIGATEWAY_TOOLS_AIGWCTL_TARGETS_COMMAND_H_

#include <string>

#include "tools/aigwctl/client.h"

namespace aigateway {

// `aigwctl targets`: how the targets fare, as a table, or with `json` a message
// a line. Returns the exit code.
int ListTargets(const ClientOptions& options, bool json);

// `aigwctl targets drain|resume|reset-breaker NAME`: switches one and shows it
// as it is then. Returns the exit code; -1 if there is no such `verb`.
int SwitchTarget(const ClientOptions& options, bool json,
                 const std::string& verb, const std::string& name);

}  // namespace aigateway

#endif  // AIGATEWAY_TOOLS_AIGWCTL_TARGETS_COMMAND_H_

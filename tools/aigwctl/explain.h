#ifndef AIGATEWAY_TOOLS_AIGWCTL_EXPLAIN_H_
#define AIGATEWAY_TOOLS_AIGWCTL_EXPLAIN_H_

#include <string>
#include <vector>

#include "aigateway/v1/gateway.pb.h"
#include "tools/aigwctl/client.h"

namespace aigateway {

// What `aigwctl explain` was asked.
struct ExplainCommand {
  std::string model;
  std::string system;  // Empty: none.
  std::string prompt;  // Empty: no message.
  std::string user;    // Empty: none.
  std::string target;  // Empty: the strategy chooses.
  std::vector<std::string> tags;
  bool stream = false;
  bool json = false;
};

// Asks which targets a request would try and prints the answer, as tables or as
// JSON. Returns the exit code: 1 too if none would be tried.
int RunExplain(const ClientOptions& options, const ExplainCommand& command);

// The answer as a person reads it.
std::string ExplanationText(const v1::ExplainRouteResponse& response);

}  // namespace aigateway

#endif  // AIGATEWAY_TOOLS_AIGWCTL_EXPLAIN_H_

#ifndef AIGATEWAY_TOOLS_AIGWCTL_EMBED_H_
#define AIGATEWAY_TOOLS_AIGWCTL_EMBED_H_

#include <string>
#include <vector>

#include "tools/aigwctl/client.h"

namespace aigateway {

// What `aigwctl embed` is asked to do.
struct EmbedCommand {
  std::string model;
  std::string target;              // Empty: the gateway chooses.
  std::vector<std::string> texts;  // One vector each.
  bool json = false;
};

// Prints each vector as a JSON array on a line of its own, or the message.
// Returns the exit code.
int RunEmbed(const ClientOptions& options, const EmbedCommand& command);

}  // namespace aigateway

#endif  // AIGATEWAY_TOOLS_AIGWCTL_EMBED_H_

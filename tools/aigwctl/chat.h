#ifndef AIGATEWAY_TOOLS_AIGWCTL_CHAT_H_
#define AIGATEWAY_TOOLS_AIGWCTL_CHAT_H_

#include <string>

#include "tools/aigwctl/client.h"

namespace aigateway {

// What `aigwctl chat` was asked to do.
struct ChatCommand {
  std::string model;
  std::string system;  // Empty: no system message.
  std::string target;  // Empty: as the gateway routes.
  std::string prompt;
  bool stream = true;
  bool json = false;   // Messages as JSON, one a line.
  bool route = false;  // Tell how it was routed, on standard error.
};

// Sends one chat and prints the answer as it comes. Returns the exit code.
int RunChat(const ClientOptions& options, const ChatCommand& command);

}  // namespace aigateway

#endif  // AIGATEWAY_TOOLS_AIGWCTL_CHAT_H_

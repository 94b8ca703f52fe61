#ifndef AIGATEWAY_PROVIDERS_SIMULATOR_REPLY_H_
#define AIGATEWAY_PROVIDERS_SIMULATOR_REPLY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "providers/simulator_options.h"
#include "providers/simulator_request.h"

namespace aigateway {

// What the simulator says, before it is put into bytes.
struct SimulatorReply {
  struct ToolCall {
    std::string id;
    std::string name;
    std::string arguments;  // JSON; cut JSON at a token limit.
  };
  struct Choice {
    std::string reasoning;
    std::string text;
    std::vector<ToolCall> tool_calls;  // Each begins with a token for its name.
    std::string finish_reason;
  };

  std::string id;
  std::vector<Choice> choices;
  int64_t prompt_tokens = 0;
  int64_t cached_tokens = 0;  // Within prompt_tokens.
  int64_t completion_tokens = 0;
  int64_t reasoning_tokens = 0;  // Within completion_tokens.
};

// Words that a longer answer goes on with, for ever: each one token.
absl::string_view SimulatorFiller(uint64_t index);

// Answers `request`. The same request and options give the same reply, on every
// machine. A conversation that ends in an assistant's turn is continued where
// that is a beginning of the answer, else answered anew.
SimulatorReply ComposeSimulatorReply(const SimulatorRequest& request,
                                     const SimulatorOptions& options);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_SIMULATOR_REPLY_H_

#ifndef AIGATEWAY_PROVIDERS_SIMULATOR_REQUEST_H_
#define AIGATEWAY_PROVIDERS_SIMULATOR_REQUEST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"
#include "providers/simulator_options.h"

namespace aigateway {

// What the simulator reads of the body of an OpenAI chat completion.
struct SimulatorRequest {
  struct Tool {
    std::string name;
    std::string parameters;  // A JSON schema; empty: none.
  };
  enum class ToolChoice { kAuto, kNone, kRequired, kNamed };
  enum class Format { kText, kJsonObject, kJsonSchema };

  std::string model;
  bool stream = false;
  bool include_usage = false;  // Of a stream.
  std::optional<int64_t> max_tokens;
  int n = 1;
  std::vector<std::string> stop;
  std::vector<Tool> tools;
  ToolChoice tool_choice = ToolChoice::kAuto;
  std::string tool_name;  // Of kNamed.
  bool parallel_tool_calls = true;
  Format format = Format::kText;
  std::string schema;  // Of kJsonSchema, as JSON text.
  bool logprobs = false;
  int64_t top_logprobs = 0;
  std::string reasoning_effort;
  std::string service_tier;

  // The conversation.
  int64_t prompt_tokens = 0;
  std::string user_text;    // Of the last user message; its beginning.
  std::string tool_result;  // Of the last message, if it is a tool's.
  bool ends_with_tool = false;
  bool ends_with_assistant = false;
  std::string prefill;  // The text of that last assistant message.

  SimulatorOptions options;  // What the body says of them.
};

// Reads `body`. Members that OpenAI does not have, and that are no options of
// the simulator, are refused, as OpenAI does. What is wrong is added to
// `violations`, with its path in the body; then the result is of no use.
SimulatorRequest ReadSimulatorRequest(absl::string_view body,
                                      std::vector<FieldViolation>* violations);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_SIMULATOR_REQUEST_H_

#ifndef AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_EVENT_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_EVENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "gateway/base/json_reader.h"
#include "providers/provider_metadata.h"

namespace aigateway {

// What Bedrock's Converse says, read into plain fields and checked for kinds,
// not yet for sense. JSON is text, as it came.

// A call of a tool, or a piece of one.
struct BedrockToolUse {
  std::string id;
  std::string name;
  std::string type;                  // "server_tool_use": not the caller's.
  std::optional<std::string> input;  // Not set for "{}" of a whole answer.
};

// A block of content, the beginning of one, or a piece of one.
struct BedrockBlock {
  std::optional<std::string> text;
  std::optional<BedrockToolUse> tool_use;
  bool is_thought = false;  // It has some of these:
  std::optional<std::string> thought;
  std::string signature;
  std::string redacted;                // Base64, as it came.
  std::vector<std::string> citations;  // JSON of each.
  std::string other;  // The name of a member that is none of these.
};

// Counts that make no sense are taken as not reported.
struct BedrockUsage {
  std::optional<int64_t> input;  // What was neither read nor written.
  std::optional<int64_t> output;
  std::optional<int64_t> cache_read;
  std::optional<int64_t> cache_write;
};

// An event of a stream, or a whole answer.
struct BedrockEvent {
  std::optional<int64_t> index;  // contentBlockIndex
  std::optional<BedrockBlock> block;
  bool has_content = false;
  std::vector<BedrockBlock> content;  // Of a whole answer.
  std::string stop_reason;
  std::optional<BedrockUsage> usage;
  std::string service_tier;
  ProviderMetadata metadata;
};

// Reads the payload of an event, whichever it is, or a whole answer. Fails with
// a plain InvalidArgument that says what is not as the API has it, never
// quoting it.
absl::Status ReadBedrockEvent(JsonReader& reader, absl::string_view json,
                              BedrockEvent* event);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_EVENT_H_

#ifndef AIGATEWAY_PROVIDERS_ANTHROPIC_EVENT_H_
#define AIGATEWAY_PROVIDERS_ANTHROPIC_EVENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "gateway/base/json_reader.h"
#include "providers/anthropic_usage.h"
#include "providers/error_body.h"

namespace aigateway {

// What Anthropic sends, read into plain fields and checked for kinds, not yet
// for sense. A text that is null or missing is empty; one that is neither a
// text nor null makes the whole unreadable. JSON is text, as it came.

// A block of content: whole in an answer, at its beginning in a stream.
struct AnthropicContentBlock {
  std::string type;
  std::string text;
  bool has_text = false;
  std::string thinking;
  std::string signature;
  std::string data;  // Of redacted thinking.
  std::string id;    // Of a tool call.
  std::string name;
  std::string input;  // JSON; empty if it is null or missing.
  bool has_input = false;
  std::vector<std::string> citations;  // JSON of each.
  std::string json;  // The whole block, if its type is none of the usual ones.
};

// What is added to a block: the member that its type names.
struct AnthropicBlockDelta {
  std::string type;
  std::optional<std::string> text;
  std::optional<std::string> thinking;
  std::optional<std::string> signature;
  std::optional<std::string> partial_json;
  std::string citation;  // JSON.
  std::string content;   // JSON; of a beta's blocks ("compaction").
};

// Why an answer ended.
struct AnthropicStop {
  std::string reason;    // Empty: not said yet.
  std::string sequence;  // The stop text that was met.
  std::string details;   // JSON.
};

// An answer: whole, or, in a stream, what is known of it at its beginning.
struct AnthropicMessage {
  std::string id;
  std::string model;
  bool has_content = false;
  std::vector<AnthropicContentBlock> content;
  AnthropicStop stop;
  AnthropicUsage usage;
  std::string container;  // JSON.
};

// An event of a stream, or a whole answer (type "message").
struct AnthropicEvent {
  std::string type;  // Empty: none was given.
  std::optional<int64_t> index;
  AnthropicContentBlock block;
  AnthropicBlockDelta delta;
  AnthropicMessage message;
  AnthropicStop stop;    // Of message_delta.
  AnthropicUsage usage;  // Of message_delta.
  bool has_error = false;
  ErrorBody error;
  bool is_null = false;  // The JSON is null: nothing is said.
};

// Reads one, with all that its type must have. Fails with a plain
// InvalidArgument that says what is not as the API has it, never quoting it.
absl::Status ReadAnthropicEvent(JsonReader& reader, absl::string_view json,
                                AnthropicEvent* event);

// Reads a whole answer; `event` has the error if it is one instead.
absl::Status ReadAnthropicMessage(JsonReader& reader, absl::string_view json,
                                  AnthropicEvent* event);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ANTHROPIC_EVENT_H_

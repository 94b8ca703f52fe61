#ifndef AIGATEWAY_PROVIDERS_COHERE_COHERE_EVENT_H_
#define AIGATEWAY_PROVIDERS_COHERE_COHERE_EVENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "gateway/base/json_reader.h"
#include "providers/error_body.h"

namespace aigateway {

// What Cohere sends, read into plain fields and checked for kinds, not yet for
// sense. A text that is null or missing is empty; one that is neither a text
// nor null makes the whole unreadable. JSON is text, as it came.

// A piece of content, or a part of one.
struct CohereContent {
  std::string type;  // Empty in what is added to a piece.
  std::optional<std::string> text;
  std::optional<std::string> thinking;
};

struct CohereToolCall {
  std::string id;
  std::string name;
  std::optional<std::string> arguments;
};

// A whole answer has lists; an event has one of each, or none.
struct CohereMessage {
  std::vector<CohereContent> content;
  std::vector<CohereToolCall> tool_calls;
  std::vector<std::string> citations;  // JSON of each.
  std::string tool_plan;
  bool has_tool_plan = false;
};

// Counts that make no sense are taken as not reported. Cohere writes them as
// floats at times.
struct CohereUsage {
  std::optional<int64_t> input;
  std::optional<int64_t> output;
  std::optional<int64_t> cached;
  std::optional<int64_t> reasoning;
  std::string json;  // All of it; empty if there was none.
};

// A text of one token or more, and the logarithm of its probability.
struct CohereLogprob {
  std::string text;
  double logprob = 0;
};

// An event of a stream, or a whole answer.
struct CohereEvent {
  std::string type;  // Empty: none was given, as in a whole answer.
  std::optional<int64_t> index;
  std::string id;
  bool has_message = false;
  CohereMessage message;
  std::string finish_reason;
  CohereUsage usage;
  std::vector<CohereLogprob> logprobs;
  bool has_error = false;
  ErrorBody error;
  bool is_null = false;  // The JSON is null: nothing is said.
};

// Reads an event with all that its type must have; `event->type` is what the
// stream's framing called it. Fails with a plain InvalidArgument that says what
// is not as the API has it, never quoting it.
absl::Status ReadCohereEvent(JsonReader& reader, absl::string_view json,
                             CohereEvent* event);

// Reads a whole answer; `answer` has the error if it is one instead.
absl::Status ReadCohereAnswer(JsonReader& reader, absl::string_view json,
                              CohereEvent* answer);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_COHERE_COHERE_EVENT_H_

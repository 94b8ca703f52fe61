#ifndef AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_CHUNK_H_
#define AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_CHUNK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_reader.h"
#include "providers/error_body.h"
#include "providers/provider_metadata.h"

namespace aigateway {

struct OllamaToolCall {
  std::string id;  // Older servers give none.
  std::string name;
  std::string arguments;  // JSON text, as it came. Empty: none were given.
};

// What POST /api/chat answers: a line of a stream, or the whole answer, read
// into plain fields and checked for kinds, not yet for sense. A text that is
// null or missing is empty; one that is neither a text nor null makes the whole
// unreadable.
struct OllamaChunk {
  std::string model;
  std::string created_at;
  bool has_message = false;
  std::string content;
  std::string thinking;
  std::vector<OllamaToolCall> tool_calls;
  v1::Logprobs logprobs;
  bool done = false;
  std::string done_reason;
  // Counts that make no sense are taken as not reported.
  std::optional<int64_t> prompt_tokens;
  std::optional<int64_t> completion_tokens;
  ProviderMetadata extras;  // What v1 has no field for.
  bool has_error = false;
  ErrorBody error;
};

// Reads one JSON text. Fails with a plain InvalidArgument that says what is not
// as the API has it, never quoting it.
absl::Status ReadOllamaChunk(JsonReader& reader, absl::string_view json,
                             OllamaChunk* chunk);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_CHUNK_H_

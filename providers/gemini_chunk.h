#ifndef AIGATEWAY_PROVIDERS_GEMINI_CHUNK_H_
#define AIGATEWAY_PROVIDERS_GEMINI_CHUNK_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_reader.h"
#include "providers/gemini_part.h"

namespace aigateway {

// JSON texts by name, as they came.
using GeminiRawFields = std::vector<std::pair<std::string, std::string>>;

struct GeminiCandidate {
  int index = 0;
  std::vector<GeminiPart> parts;
  std::string finish_reason;  // Empty if it goes on.
  v1::Logprobs logprobs;
  GeminiRawFields other_fields;
};

// A GenerateContentResponse: a whole answer, or a piece of a streamed one.
struct GeminiChunk {
  std::vector<GeminiCandidate> candidates;
  std::string block_reason;  // Why the prompt was refused; empty if it was not.
  std::string id;
  std::string model;
  std::string create_time;
  std::string service_tier;
  std::optional<v1::Usage> usage;  // If it has at least one count.
  GeminiRawFields other_usage_fields;
  GeminiRawFields other_fields;
  bool is_error = false;  // It is {"error":...} instead; the rest is unset.
};

// Reads JSON text: one chunk, or an array of them, such as [{"error":...}]; a
// null is none. Trusts nothing: fails with a plain InvalidArgument that says
// what is not as the API has it, never quoting it. Members that are null count
// as missing; counts that make no sense are left out.
absl::StatusOr<std::vector<GeminiChunk>> ReadGeminiChunks(
    JsonReader& reader, absl::string_view json);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_CHUNK_H_

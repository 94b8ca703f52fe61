#ifndef AIGATEWAY_PROVIDERS_OPENAI_CHUNK_H_
#define AIGATEWAY_PROVIDERS_OPENAI_CHUNK_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_reader.h"
#include "providers/error_body.h"
#include "providers/openai_usage.h"
#include "providers/provider_metadata.h"

namespace aigateway {

// A tool call, or a piece of one, as it was sent.
struct OpenAiToolPiece {
  std::optional<int64_t> index;
  std::string id;
  std::string name;
  std::string arguments;  // An object has become compact JSON text.

  bool empty() const { return id.empty() && name.empty() && arguments.empty(); }
};

// A piece of sealed reasoning, as it was sent: an entry of `reasoning_details`,
// or a part of the content that holds a thought.
struct OpenAiThoughtPiece {
  bool in_content = false;  // A part of the content.
  std::optional<int64_t> index;
  std::string id;
  std::string type;
  std::string text;  // Of a thought or its summary, decoded.
  std::string signature;
  // Of an entry: all its members in their order, values as JSON text.
  std::vector<std::pair<std::string, std::string>> members;
};

// A whole answer's choice, or a piece of one.
struct OpenAiPiece {
  int index = 0;
  std::string text;
  std::string reasoning_content;
  std::string reasoning;
  std::string refusal;
  std::vector<OpenAiToolPiece> tools;
  std::vector<OpenAiThoughtPiece> thoughts;
  std::vector<v1::ContentPart> images;
  // The type of a part whose text was taken for the answer's though the type is
  // not known; empty if there is none.
  std::string unknown_part;
  std::string audio;  // Base64.
  std::string audio_transcript;
  v1::Logprobs logprobs;
  std::string finish_reason;  // As received; empty if there is none yet.

  // Makes it as new, and keeps the memory.
  void Clear();
};

// What a caller is warned of if `piece` has an unknown part.
std::string UnknownPartWarning(const OpenAiPiece& piece);

// A whole answer of chat completions, or one chunk of a streamed one.
struct OpenAiChunk {
  // Bounds on what one answer may have.
  static constexpr int kMaxChoices = 128;
  static constexpr size_t kMaxToolCalls = 1024;

  std::string id;
  std::string model;
  std::string system_fingerprint;
  std::string service_tier;
  int64_t created = 0;  // Seconds since 1970; 0 if not known.
  OpenAiUsage usage;
  std::optional<ErrorBody> error;
  bool is_error = false;     // Its `object` is "error": all of it is one.
  bool has_choices = false;  // Whether there is a list of them.
  std::vector<OpenAiPiece> pieces;  // The first `piece_count` count.
  size_t piece_count = 0;
  ProviderMetadata metadata;

  void Clear();
};

enum class OpenAiShape { kWhole, kChunk };

// Reads `text` into `chunk`, which is cleared first. Lenient about what is
// missing, null, empty or unknown; fails with a plain InvalidArgument, which
// says what is wrong and quotes nothing, where a member that counts is of a
// kind that gives no sense. `chunk` is of no use then.
absl::Status ReadOpenAiChunk(absl::string_view text, OpenAiShape shape,
                             JsonReader& reader, OpenAiChunk* chunk);

// JSON text without the white space between its tokens. `json` is valid.
std::string CompactJson(absl::string_view json);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OPENAI_CHUNK_H_

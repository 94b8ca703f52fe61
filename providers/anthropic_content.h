#ifndef AIGATEWAY_PROVIDERS_ANTHROPIC_CONTENT_H_
#define AIGATEWAY_PROVIDERS_ANTHROPIC_CONTENT_H_

#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_writer.h"
#include "providers/anthropic_call.h"

namespace aigateway {

// Content blocks of a request, checked and in order, before they are written.
// The views are of the ChatRequest.

struct AnthropicText {
  absl::string_view text;
};

// An image or a document.
struct AnthropicMedia {
  enum class Source { kBase64, kBytes, kText, kUrl, kFile };
  absl::string_view type;  // "image", "document".
  Source source = Source::kUrl;
  std::string media_type;  // Of kBase64 and kBytes.
  absl::string_view content;
  std::string decoded;  // Counts instead of `content` if it is not empty.
  absl::string_view title;
};

struct AnthropicToolUse {
  std::string id;
  absl::string_view name;
  std::string input;  // The text of a JSON object.
};

struct AnthropicThinking {
  absl::string_view text;
  absl::string_view signature;
};

struct AnthropicRedacted {
  absl::string_view opaque;
};

// A block of a kind that v1 has no field for, sent back as it came.
struct AnthropicVerbatim {
  std::string json;
};

struct AnthropicBlock;

struct AnthropicToolResult {
  std::string tool_use_id;
  std::vector<AnthropicBlock> content;  // Texts and media.
};

struct AnthropicBlock {
  std::variant<AnthropicText, AnthropicMedia, AnthropicToolUse,
               AnthropicToolResult, AnthropicThinking, AnthropicRedacted,
               AnthropicVerbatim>
      kind;
  const v1::CacheControl* cache = nullptr;  // Null: no mark.
};

// The block of one part of a message; `path` is the part's. INVALID_REQUEST for
// a part that makes no sense, UNSUPPORTED_PARAMETER for one that Claude cannot
// take (sound), for a part is never left out.
absl::StatusOr<AnthropicBlock> AnthropicBlockOf(const v1::ContentPart& part,
                                                absl::string_view path,
                                                AnthropicCall& call);

// The id of a tool call as the API takes it, [a-zA-Z0-9_-]+: the same, or one
// made from it, always the same one.
std::string AnthropicToolId(absl::string_view id);

// Checks a cache_control that stands at `path` and returns it to be written:
// null if there is none, or none that the API has and it may be left out.
absl::StatusOr<const v1::CacheControl*> AnthropicCacheControl(
    const v1::CacheControl& cache, absl::string_view path, AnthropicCall& call);

// Which cache_control marks are written: the API takes four, and the last ones
// cover the most. Ask in the order of the prompt: tools, system, messages.
class AnthropicCacheMarks {
 public:
  static constexpr int kMost = 4;
  // `count` is how many there are in all.
  explicit AnthropicCacheMarks(int count) : to_skip_(count - kMost) {}

  // Writes the member "cache_control", unless `cache` is null or one too many.
  void Write(const v1::CacheControl* cache, JsonWriter& out);

 private:
  int to_skip_;
};

// Writes blocks as the elements of an array, or, for a single text without a
// mark, as a string.
void WriteAnthropicBlocks(const std::vector<AnthropicBlock>& blocks,
                          AnthropicCacheMarks& marks, JsonWriter& out);

// How many marks stand on `blocks`.
int CountAnthropicCacheMarks(const std::vector<AnthropicBlock>& blocks);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ANTHROPIC_CONTENT_H_

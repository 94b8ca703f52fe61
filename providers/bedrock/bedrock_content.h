#ifndef AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_CONTENT_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_CONTENT_H_

#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_writer.h"
#include "providers/bedrock/bedrock_call.h"
#include "providers/bedrock/bedrock_media.h"

namespace aigateway {

// Content blocks of a request, checked and in order, before they are written.
// The views are of the ChatRequest.

struct BedrockText {
  absl::string_view text;
};

struct BedrockUse {
  std::string id;
  absl::string_view name;
  std::string input;  // The text of a JSON object.
};

// What a model thought, sealed.
struct BedrockThought {
  absl::string_view text;
  absl::string_view signature;
};
struct BedrockRedacted {
  std::string base64;
};

// Asks for the prompt to be cached up to here.
struct BedrockCachePoint {
  bool for_an_hour = false;
};

struct BedrockContent;

struct BedrockResult {
  std::string use_id;
  std::vector<BedrockContent> content;  // Texts and media.
};

struct BedrockContent {
  std::variant<BedrockText, BedrockMedia, BedrockUse, BedrockResult,
               BedrockThought, BedrockRedacted, BedrockCachePoint>
      kind;
};

// The block of one part of a message; `path` is the part's. INVALID_REQUEST for
// a part that makes no sense, UNSUPPORTED_PARAMETER for one that Bedrock does
// not take (an image that it would have to fetch), for a part is never left
// out. `documents` counts those of the conversation, whose names must differ.
absl::StatusOr<BedrockContent> BedrockContentOf(const v1::ContentPart& part,
                                                const std::string& path,
                                                const BedrockCall& call,
                                                int* documents);

// The id of a tool call as the API takes it, [a-zA-Z0-9_-]{1,64}: the same, or
// one made from it, always the same one.
std::string BedrockToolId(absl::string_view id);

// Which cache points are written: the API takes four, and the last ones cover
// the most. Ask in the order of the prompt: tools, system, messages.
class BedrockCachePoints {
 public:
  static constexpr int kMost = 4;
  // `count` is how many there are in all.
  explicit BedrockCachePoints(int count) : to_skip_(count - kMost) {}

  // Writes one as an element of an array, unless it is one too many.
  void Write(const BedrockCachePoint& point, JsonWriter& out);

 private:
  int to_skip_;
};

// Writes blocks as an array.
void WriteBedrockContent(const std::vector<BedrockContent>& blocks,
                         BedrockCachePoints& points, JsonWriter& out);

// How many cache points are among `blocks`.
int CountBedrockCachePoints(const std::vector<BedrockContent>& blocks);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_CONTENT_H_

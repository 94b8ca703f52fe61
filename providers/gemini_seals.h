#ifndef AIGATEWAY_PROVIDERS_GEMINI_SEALS_H_
#define AIGATEWAY_PROVIDERS_GEMINI_SEALS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"

namespace aigateway {

// A seal (thoughtSignature) on a part that is no tool call travels as a
// reasoning block: on text with `signature` alone; otherwise its `opaque`, JSON
// text, says what it was on. This makes and reads that JSON.
struct GeminiSealed {
  enum class Kind {
    kThought,  // The thought.
    kMedia,    // The message's part number `media`, not counting text.
    kPart,     // `part`: the whole part with its seal, as JSON text.
  };
  Kind kind = Kind::kThought;
  int media = 0;
  std::string part;
};
std::string WriteGeminiSealed(const GeminiSealed& sealed);
// nullopt if `opaque` is none of ours, or has a part of a kind that a caller
// could say by a field of v1 (text, a call, an image): that would pass every
// guard that reads those fields.
std::optional<GeminiSealed> ReadGeminiSealed(absl::string_view opaque);

// The seals (thoughtSignature) of an assistant message of the history that are
// not on tool calls, by what they were on. Blocks of other providers are passed
// over. Points into the message, which must outlive this object.
class GeminiSeals {
 public:
  explicit GeminiSeals(const v1::Message& message);

  bool empty() const {
    return texts_.empty() && thoughts_.empty() && parts_.empty();
  }
  // On texts and on thoughts, in order.
  const std::vector<absl::string_view>& texts() const { return texts_; }
  const std::vector<absl::string_view>& thoughts() const { return thoughts_; }
  // On the part number `media` of those that are not text; empty if none is.
  absl::string_view OnMedia(int media) const;
  // Whole parts that have one in them, as JSON text.
  const std::vector<std::string>& parts() const { return parts_; }

 private:
  std::vector<absl::string_view> texts_;
  std::vector<absl::string_view> thoughts_;
  std::map<int, absl::string_view> media_;
  std::vector<std::string> parts_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_SEALS_H_

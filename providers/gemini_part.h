#ifndef AIGATEWAY_PROVIDERS_GEMINI_PART_H_
#define AIGATEWAY_PROVIDERS_GEMINI_PART_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "gateway/base/json_reader.h"

namespace aigateway {

// A part of a candidate's content, as Gemini sends it.
struct GeminiPart {
  enum class Kind {
    kText,
    kThought,       // `text`, of thought.
    kCall,          // `call_id`, `name`, `arguments`.
    kMedia,         // `bytes` of `media_type`.
    kMediaUrl,      // `text` is a URI, of `media_type`.
    kThoughtMedia,  // A picture that was only thought of; nothing is kept.
    kOther,         // `raw`: code, its result, what is not known yet.
  };

  Kind kind = Kind::kText;
  std::string text;
  std::string signature;  // Its thoughtSignature; empty if it has none.
  std::string call_id;    // Empty if it has none.
  std::string name;
  std::string arguments;  // JSON text without white space; "{}" for none.
  std::string media_type;
  std::string bytes;
  std::string raw;
};

// Reads a part; nullopt if there is nothing in it. Fails with a plain
// InvalidArgument that says what is not as the API has it.
absl::StatusOr<std::optional<GeminiPart>> ReadGeminiPart(JsonValue& value);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_PART_H_

#ifndef AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_BLOCK_H_
#define AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_BLOCK_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace aigateway {

// What a ReasoningBlock from a Responses API has in `opaque`: an item of
// reasoning byte for byte as it came, or a mark of ours.
//
// A message of v1 has one text and one list of calls; the API has items in an
// order that it wants back, and a text may be of a `phase`. A mark says what
// stood between the items of reasoning, and has nothing that was said.
struct ResponsesBlock {
  enum class Kind {
    kOther,      // Of another API.
    kReasoning,  // {"type":"reasoning","encrypted_content":...}
    kMessage,    // {"type":"message","phase":"commentary","bytes":17}
    kCall,       // {"type":"function_call","call_id":"call_1"}
  };
  Kind kind = Kind::kOther;
  std::string phase;    // Of a message; empty if it has none.
  int64_t bytes = 0;    // How much of the text it has.
  std::string call_id;  // Of a call.
};

ResponsesBlock ReadResponsesBlock(absl::string_view opaque);

std::string MessageMark(absl::string_view phase, int64_t bytes);
std::string CallMark(absl::string_view call_id);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_BLOCK_H_

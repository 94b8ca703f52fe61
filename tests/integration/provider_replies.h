#ifndef AIGATEWAY_TESTS_INTEGRATION_PROVIDER_REPLIES_H_
#define AIGATEWAY_TESTS_INTEGRATION_PROVIDER_REPLIES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "tests/fakes/upstream_script.h"

namespace aigateway {

// What upstreams of the three families send, as the case bank writes it. JSON
// is taken as it stands, so that a case can put any bytes into it.

// Events with their names and empty lines, each a chunk and a write of its own.
UpstreamReply EventStream(const std::vector<std::string>& events);

// An event of Anthropic's: `members` stand behind its type.
std::string AnthropicEvent(absl::string_view type,
                           absl::string_view members = "");
std::string AnthropicStart(int input_tokens = 5, int output_tokens = 1);
// A content block begins, goes on, ends.
std::string AnthropicBlock(int index, absl::string_view block_json);
std::string AnthropicDelta(int index, absl::string_view delta_json);
std::string AnthropicBlockEnd(int index);
// message_delta with the reason and the count.
std::string AnthropicFinish(absl::string_view stop_reason,
                            int output_tokens = 2);
// A whole answer.
std::string AnthropicMessage(absl::string_view content_json,
                             absl::string_view stop_reason);

// A chunk of Gemini's, which as a unary answer has the same form. Empty
// `finish`: it goes on.
std::string GeminiChunk(absl::string_view parts_json,
                        absl::string_view finish = "STOP",
                        int prompt_tokens = 5, int completion_tokens = 2);

// An answer of provider type `type` (anthropic, gemini, else OpenAI-shaped)
// whose text is what the JSON string with `raw` inside says.
UpstreamReply TextReply(absl::string_view type, bool stream,
                        absl::string_view raw);
// A refusal with that text.
UpstreamReply RefusalReply(absl::string_view type, int status,
                           absl::string_view raw);

// What the JSON pointer `pointer` (RFC 6901) points at in `json`, as text
// without white space, the members of objects in their order; empty if there is
// nothing, or no JSON.
std::string At(absl::string_view json, absl::string_view pointer);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_INTEGRATION_PROVIDER_REPLIES_H_

#ifndef AIGATEWAY_PROVIDERS_ANTHROPIC_THOUGHTS_H_
#define AIGATEWAY_PROVIDERS_ANTHROPIC_THOUGHTS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace aigateway {

// Where a block stood in an answer.
//
// An answer of v1 is a text, a list of calls and a list of reasoning blocks;
// Claude's is one list, and wants it back in its order. Usually thinking comes
// before all else and nothing more need be said. Where it does not, and for
// blocks of Anthropic's own tools, which v1 has no field for, a reasoning block
// carries the place, and the whole block if need be, in `opaque`.
struct AnthropicPlace {
  int64_t index = 0;       // Among all blocks of the answer.
  int64_t text_bytes = 0;  // How much of the answer's text came before it.
  int64_t calls = 0;       // How many of its tool calls did.
};

// Writes a place, and the JSON text of the block that stood there if `block` is
// not empty, as the `opaque` of a reasoning block.
std::string WriteAnthropicOpaque(const AnthropicPlace& place,
                                 absl::string_view block);

struct AnthropicOpaque {
  AnthropicPlace place;
  std::string block;  // Empty if there is none.
};

// Reads one back. nullopt if it is none of ours, or has a block of a kind that
// a caller could say by a field of v1 (text, a call, an image): that would pass
// every guard that reads those fields.
std::optional<AnthropicOpaque> ReadAnthropicOpaque(absl::string_view opaque);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ANTHROPIC_THOUGHTS_H_

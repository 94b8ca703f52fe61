#ifndef AIGATEWAY_TESTS_CONFORMANCE_PAIRS_CHAT_SHAPES_H_
#define AIGATEWAY_TESTS_CONFORMANCE_PAIRS_CHAT_SHAPES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace aigateway {

// What stands around the choices of OpenAI's chat completions. Arguments are
// JSON.

// A whole answer with `members` beside its choices: "usage", for one.
std::string ChatWhole(absl::string_view choices, absl::string_view members);
// One whose only choice has this message and ends for `reason`.
std::string ChatMessage(absl::string_view message, absl::string_view reason,
                        absl::string_view members);

// A chunk of a stream.
std::string ChatChunk(absl::string_view choices);
// One that goes on with the only choice, or ends it.
std::string ChatDelta(absl::string_view delta);
std::string ChatFinish(absl::string_view reason);
// The last one: no choice, but `members`.
std::string ChatLast(absl::string_view members);

// One of the above as an answer of `model`, which else is "model-2026-11-01".
std::string ChatOfModel(absl::string_view model, absl::string_view answer);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_CONFORMANCE_PAIRS_CHAT_SHAPES_H_

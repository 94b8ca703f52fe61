#ifndef AIGATEWAY_PROVIDERS_SIMULATOR_TOKENS_H_
#define AIGATEWAY_PROVIDERS_SIMULATOR_TOKENS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

namespace aigateway {

// What the simulator takes for a token: a word with the white space before it;
// a long word is several, one for each begun 16 bytes, cut between characters.
// White space at the end is a token of its own. All tokens together are the
// text again.
inline constexpr size_t kSimulatorTokenBytes = 16;

// Takes the first token off `text`, which is not empty.
absl::string_view TakeSimulatorToken(absl::string_view* text);

std::vector<absl::string_view> SplitSimulatorTokens(absl::string_view text);

int64_t CountSimulatorTokens(absl::string_view text);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_SIMULATOR_TOKENS_H_

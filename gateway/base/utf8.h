#ifndef AIGATEWAY_GATEWAY_BASE_UTF8_H_
#define AIGATEWAY_GATEWAY_BASE_UTF8_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace aigateway {

// Whether `text` is UTF-8: no stray or overlong byte, no surrogate.
bool IsValidUtf8(absl::string_view text);

// A copy of `text` in which each maximal run of bytes that cannot be part of a
// character has become one U+FFFD, as the Unicode Standard recommends (3.9).
std::string ValidUtf8(absl::string_view text);

// Appends the same to `out`.
void AppendValidUtf8(absl::string_view text, std::string* out);

// A valid copy of `text` of at most `max_bytes`: if it is longer it is cut
// between two characters and ends with "…" (3 bytes), or, if not even that
// fits, is empty.
std::string Truncate(absl::string_view text, size_t max_bytes);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_UTF8_H_

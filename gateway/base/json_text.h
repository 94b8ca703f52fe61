#ifndef AIGATEWAY_GATEWAY_BASE_JSON_TEXT_H_
#define AIGATEWAY_GATEWAY_BASE_JSON_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

// The grammar of JSON's scalars (RFC 8259), for what simdjson decides
// otherwise than we need: it takes a number out of range for bad syntax and
// refuses a lone surrogate.
namespace aigateway {

// Whether the whole of `text` is a number.
bool IsJsonNumber(absl::string_view text);
// The value of a number if it is whole and within int64, however written.
std::optional<int64_t> WholeNumber(absl::string_view number);
// Returns nullopt if no finite double is near it.
std::optional<double> NearestDouble(absl::string_view number);

// Whether every escape in the content of a string is well-formed;
// `has_escapes` tells, if so, whether there is any.
bool CheckEscapes(absl::string_view content, bool* has_escapes);

// Finds the next escape, at or after `from`, of one half of a surrogate pair
// without the other: six bytes. Returns npos if there is none.
size_t FindLoneSurrogate(absl::string_view text, size_t from);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_JSON_TEXT_H_

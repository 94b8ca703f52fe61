#ifndef AIGATEWAY_GATEWAY_CONFIG_CONFIG_TEXT_H_
#define AIGATEWAY_GATEWAY_CONFIG_CONFIG_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "gateway/config/faults.h"
#include "gateway/config/place.h"

namespace aigateway {

// The largest configuration that is read. 10,000 keys and 1,000 targets have
// about half of it. yaml-cpp takes about a second for a million bytes.
inline constexpr size_t kMaxConfigBytes = 2 << 20;

// Reads a configuration file, at most kMaxConfigBytes of it: a larger one is
// refused without being read to its end. INVALID_CONFIG, with the name of the
// file and the system's reason, if it cannot be read.
absl::StatusOr<std::string> ReadConfigFile(const std::string& path);

// Makes a text fit for the YAML parser, or says why it is none: size, UTF-8 (a
// mark of UTF-16 is named), control characters, and brackets in numbers that
// would make the parser take hundreds of megabytes. Linear, and looks at no
// more than kMaxConfigBytes.
//
// Drops a byte-order mark, makes every line end LF, and joins the surrogate
// pairs of JSON's escapes (`\ud83d\ude00`), which yaml-cpp does not know. Lines
// keep their numbers.
//
// Adds a fault and returns nullopt for a text that is none.
std::optional<std::string> CheckConfigText(absl::string_view text,
                                           Faults& faults);

// Turns offsets into lines and columns. The text must outlive it.
class PlaceIndex {
 public:
  explicit PlaceIndex(absl::string_view text);

  // The place of the byte at `offset`; past the end, of the end. Takes
  // O(log lines).
  Place At(size_t offset) const;

 private:
  // Characters that begin before `offset`.
  size_t CharactersBefore(size_t offset) const;

  absl::string_view text_;
  std::vector<uint32_t> line_starts_;
  // characters_[i]: how many characters begin before byte i * kBlock.
  std::vector<uint32_t> characters_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_CONFIG_TEXT_H_

#ifndef AIGATEWAY_PLUGINS_PATTERN_SETTINGS_H_
#define AIGATEWAY_PLUGINS_PATTERN_SETTINGS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "re2/re2.h"

#include "gateway/base/errors.h"

namespace aigateway {

// What the settings of plugins with regular expressions have in common. What
// is wrong is added to `faults`.

// Compiles `pattern`, which stands at `path`; null if it is wrong.
std::unique_ptr<re2::RE2> ReadPattern(const std::string& path,
                                      const std::string& pattern,
                                      std::vector<FieldViolation>& faults);

// How many bytes a match may have: what `max_match_bytes` says, 128 if nothing.
size_t ReadMaxMatchBytes(std::optional<int32_t> value,
                         std::vector<FieldViolation>& faults);

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_PATTERN_SETTINGS_H_

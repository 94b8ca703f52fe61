#ifndef AIGATEWAY_PLUGINS_KNOWN_PATTERN_H_
#define AIGATEWAY_PLUGINS_KNOWN_PATTERN_H_

#include <memory>
#include <string>

#include "re2/re2.h"

namespace aigateway {

// Compiles an expression that stands in our code: one that does not compile is
// our fault, and ends the process. What a config has is CompilePattern()'s.
std::unique_ptr<re2::RE2> CompileKnownPattern(const std::string& pattern);

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_KNOWN_PATTERN_H_

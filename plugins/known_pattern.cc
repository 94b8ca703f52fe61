#include "plugins/known_pattern.h"

#include "gateway/base/check.h"

namespace aigateway {

std::unique_ptr<re2::RE2> CompileKnownPattern(const std::string& pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(32 << 20);
  auto regex = std::make_unique<re2::RE2>(pattern, options);
  AIGW_CHECK(regex->ok());
  return regex;
}

}  // namespace aigateway

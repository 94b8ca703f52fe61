#include "gateway/config/vocabulary.h"

#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"

namespace aigateway {

bool IsSet(const EnvironmentFunction& environment, absl::string_view variable) {
  if (!environment) return false;
  const std::optional<std::string> value = environment(variable);
  return value.has_value() && !absl::StripAsciiWhitespace(*value).empty();
}

}  // namespace aigateway

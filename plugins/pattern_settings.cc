#include "plugins/pattern_settings.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

#include "plugins/pattern_scanner.h"

namespace aigateway {
namespace {

constexpr int32_t kDefaultMatchBytes = 128;
constexpr int32_t kMaxMatchBytes = 4096;

}  // namespace

std::unique_ptr<re2::RE2> ReadPattern(const std::string& path,
                                      const std::string& pattern,
                                      std::vector<FieldViolation>& faults) {
  if (pattern.empty()) {
    faults.push_back({path, "is missing"});
    return nullptr;
  }
  absl::StatusOr<std::unique_ptr<re2::RE2>> regex = CompilePattern(pattern);
  if (!regex.ok()) {
    faults.push_back({path, std::string(regex.status().message())});
    return nullptr;
  }
  return *std::move(regex);
}

size_t ReadMaxMatchBytes(std::optional<int32_t> value,
                         std::vector<FieldViolation>& faults) {
  const int32_t bytes = value.value_or(kDefaultMatchBytes);
  if (bytes < 1 || bytes > kMaxMatchBytes) {
    faults.push_back({"max_match_bytes",
                      absl::StrCat("must be from 1 to ", kMaxMatchBytes)});
  }
  return static_cast<size_t>(bytes);
}

}  // namespace aigateway

#ifndef AIGATEWAY_GATEWAY_CONFIG_FIELD_PATH_H_
#define AIGATEWAY_GATEWAY_CONFIG_FIELD_PATH_H_

#include <string>

#include "absl/strings/string_view.h"

namespace aigateway {

// The longest path that is shown, in bytes; what is longer is cut.
inline constexpr size_t kMaxPathBytes = 512;

// Appends a step to a path: "retry" to "targets[1]" gives "targets[1].retry",
// "gpt 4" to "aliases" gives `aliases["gpt 4"]`. A long key is cut.
void AppendPathKey(absl::string_view key, std::string* path);
void AppendPathIndex(int index, std::string* path);

// A place in a configuration by its names: "targets[1].retry.attempts".
//
// Each step borrows its parent and its key, so that a walk over a large tree
// builds no text until there is a fault to report. Name every parent; a chain
// of temporaries lives only to the end of the statement.
class FieldPath {
 public:
  // The whole configuration.
  FieldPath() = default;

  FieldPath Key(absl::string_view key) const { return {this, key, -1}; }
  FieldPath Index(int index) const { return {this, {}, index}; }

  bool is_root() const { return parent_ == nullptr; }
  // Empty for the root. At most kMaxPathBytes.
  std::string ToString() const;

 private:
  FieldPath(const FieldPath* parent, absl::string_view key, int index)
      : parent_(parent), key_(key), index_(index) {}

  const FieldPath* parent_ = nullptr;
  absl::string_view key_;
  int index_ = -1;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_FIELD_PATH_H_

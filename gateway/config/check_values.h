#ifndef AIGATEWAY_GATEWAY_CONFIG_CHECK_VALUES_H_
#define AIGATEWAY_GATEWAY_CONFIG_CHECK_VALUES_H_

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/repeated_ptr_field.h"

#include "gateway/config/fault_report.h"
#include "gateway/config/field_path.h"

namespace aigateway {

// Checks of single values that several parts of the schema share. Each reports
// at the value's own path and returns whether it is right.

// A name that metrics, logs and the metadata of a call can carry: printable
// ASCII, no space around it, at most 128 bytes.
bool CheckName(absl::string_view name, const FieldPath& path,
               FaultReport& report);

// At least `least`, if it is set at all.
bool CheckAtLeast(bool is_set, int32_t value, int32_t least,
                  const FieldPath& path, FaultReport& report);

// A share: finite, `zero_too` or above 0, up to 1.
bool CheckShare(bool is_set, double value, bool zero_too, const FieldPath& path,
                FaultReport& report);

// Longer than 0, if it is set at all.
bool CheckPositive(bool is_set, const google::protobuf::Duration& value,
                   const FieldPath& path, FaultReport& report);

// A list of names without an empty or repeated one.
void CheckNameList(const google::protobuf::RepeatedPtrField<std::string>& names,
                   const FieldPath& path, FaultReport& report);

// Names that must differ, and where each stood first.
class UniqueNames {
 public:
  // `what` is what the names are of, for messages: "target".
  explicit UniqueNames(absl::string_view what) : what_(what) {}

  // Reports a name that was added before. An empty one is let by.
  void Add(absl::string_view name, const FieldPath& path, FaultReport& report);
  bool Has(absl::string_view name) const { return first_.contains(name); }

 private:
  const std::string what_;
  absl::flat_hash_map<std::string, std::string> first_;  // Name to path.
};

// Whether `text` has something in it that is expanded later: then it can be
// checked only after that.
bool HasVariable(absl::string_view text);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_CHECK_VALUES_H_

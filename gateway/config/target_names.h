#ifndef AIGATEWAY_GATEWAY_CONFIG_TARGET_NAMES_H_
#define AIGATEWAY_GATEWAY_CONFIG_TARGET_NAMES_H_

#include <set>
#include <string>

#include "google/protobuf/repeated_ptr_field.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/field_path.h"

namespace aigateway {

// The targets that a strategy may name: those of its own list, groups too.
class TargetNames {
 public:
  explicit TargetNames(
      const google::protobuf::RepeatedPtrField<config::v1::TargetConfig>&
          targets);

  // Reports a name that none of them has.
  void Check(const std::string& name, const FieldPath& path,
             FaultReport& report) const;

  // Whether there is no target but `name`.
  bool IsOnly(const std::string& name) const {
    return count_ == 1 && names_.count(name) > 0;
  }

 private:
  std::set<std::string> names_;
  int count_ = 0;
  // Whether each target's name could be read: else a rule may mean that one.
  bool complete_ = true;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_TARGET_NAMES_H_

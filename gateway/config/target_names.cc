#include "gateway/config/target_names.h"

#include "absl/strings/str_cat.h"

#include "gateway/config/faults.h"
#include "gateway/config/schema_words.h"

namespace aigateway {

TargetNames::TargetNames(
    const google::protobuf::RepeatedPtrField<config::v1::TargetConfig>& targets)
    : count_(targets.size()) {
  for (const config::v1::TargetConfig& target : targets) {
    const bool is_group = target.targets_size() > 0;
    if (target.virtual_key().empty() && !is_group) complete_ = false;
    names_.insert(target.virtual_key());
  }
}

void TargetNames::Check(const std::string& name, const FieldPath& path,
                        FaultReport& report) const {
  if (names_.count(name) > 0 || !complete_) return;
  report.Add(path,
             absl::StrCat("there is no target ", QuoteForMessage(name), " here",
                          DidYouMean(name, {names_.begin(), names_.end()})));
}

}  // namespace aigateway

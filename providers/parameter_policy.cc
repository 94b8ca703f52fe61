#include "providers/parameter_policy.h"

#include <string>

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"

namespace aigateway {

std::optional<OnUnsupported> ParseOnUnsupported(absl::string_view word) {
  if (word.empty()) return OnUnsupported::kDropHints;
  if (word == "drop") return OnUnsupported::kDrop;
  if (word == "refuse") return OnUnsupported::kRefuse;
  return std::nullopt;
}

absl::Status ParameterPolicy::LeaveOut(Weight weight, absl::string_view field,
                                       absl::string_view why) const {
  const bool may_drop = on_unsupported_ == OnUnsupported::kDrop
                            ? weight != Weight::kEssence
                            : on_unsupported_ == OnUnsupported::kDropHints &&
                                  weight == Weight::kHint;
  if (!may_drop) {
    return FieldError(field, why, ErrorReason::kUnsupportedParameter);
  }
  Note(absl::StrCat(field, " was left out: it ", why));
  return absl::OkStatus();
}

void ParameterPolicy::Note(absl::string_view text) const {
  if (warnings_ != nullptr) warnings_->emplace_back(text);
}

}  // namespace aigateway

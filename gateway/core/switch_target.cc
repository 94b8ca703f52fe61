#include "gateway/core/switch_target.h"

#include <string>

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/utf8.h"
#include "gateway/core/target.h"

namespace aigateway {
namespace {

constexpr size_t kMaxQuoted = 128;

absl::Status Resume(const Target& target) {
  if (target.weight() == 0) {
    return Error(ErrorReason::kInvalidRequest,
                 absl::StrCat("the config drains '", target.name(),
                              "' by weight 0: change it there"),
                 {{"target", target.name()}});
  }
  target.admin_switch()->set_drained(false);
  return absl::OkStatus();
}

void Drain(const Target& target) {
  target.admin_switch()->set_drained(true);
  if (target.bound() == nullptr) return;
  target.bound()->RefuseWaiting(
      Error(ErrorReason::kOverloaded, "the target is drained"));
}

}  // namespace

absl::Status SwitchTarget(const Snapshot& snapshot, absl::string_view name,
                          v1::TargetAction action) {
  const Target* target = snapshot.FindTarget(name);
  if (target == nullptr) {
    const std::string quoted = Truncate(name, kMaxQuoted);
    return Error(ErrorReason::kResourceNotFound,
                 absl::StrCat("there is no target '", quoted,
                              "'; ListTargets names them"),
                 {{"target", quoted}});
  }
  switch (action) {
    case v1::TARGET_ACTION_DRAIN:
      Drain(*target);
      return absl::OkStatus();
    case v1::TARGET_ACTION_RESUME:
      return Resume(*target);
    case v1::TARGET_ACTION_RESET_BREAKER:
      if (target->breakers() != nullptr) target->breakers()->Reset();
      return absl::OkStatus();
    default:
      return FieldError("action",
                        "is required: drain, resume or reset breaker");
  }
}

}  // namespace aigateway

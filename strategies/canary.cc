#include "strategies/canary.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/stable_hash.h"
#include "gateway/base/status_macros.h"

namespace aigateway {

CanaryStrategy::CanaryStrategy(std::string canary, double share,
                               RequestField field)
    : canary_(std::move(canary)), share_(share), field_(std::move(field)) {}

absl::StatusOr<std::unique_ptr<Strategy>> CanaryStrategy::Create(
    const config::v1::StrategyConfig& config) {
  AIGW_ASSIGN_OR_RETURN(
      RequestField field,
      RequestField::Make(config.canary().field(), "canary.field"));
  return std::make_unique<CanaryStrategy>(
      config.canary().target(), config.canary().share(), std::move(field));
}

std::vector<Choice> CanaryStrategy::Plan(const RequestView& request,
                                         const std::vector<TargetView>& targets,
                                         Random& random) const {
  const std::optional<absl::string_view> key = field_.Of(request);
  // By the canary's name too: the next one meets other users first.
  const double place = key.has_value()
                           ? StableUniform(*key, StableHash(canary_))
                           : random.Uniform();
  std::vector<Choice> plan;
  plan.reserve(targets.size());
  for (size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].name != canary_) {
      plan.push_back({.target = i});
    } else if (place < share_ || targets.size() == 1) {
      Choice canary{.target = i};
      if (request.explain) {
        canary.reason = place < share_
                            ? absl::StrCat("the canary, for ", share_ * 100,
                                           " % of users, this one too")
                            : "the canary: no other target is there";
      }
      plan.insert(plan.begin(), std::move(canary));
    }
  }
  if (request.explain && !plan.empty() && plan[0].reason.empty()) {
    plan[0].reason = "stable: the canary is not for this user";
  }
  return plan;
}

AIGW_REGISTER_STRATEGY("canary", &CanaryStrategy::Create);

}  // namespace aigateway

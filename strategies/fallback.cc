#include "strategies/fallback.h"

namespace aigateway {

absl::StatusOr<std::unique_ptr<Strategy>> FallbackStrategy::Create(
    const config::v1::StrategyConfig& config) {
  return std::make_unique<FallbackStrategy>();
}

std::vector<Choice> FallbackStrategy::Plan(
    const RequestView& request, const std::vector<TargetView>& targets,
    Random& random) const {
  std::vector<Choice> plan(targets.size());
  for (size_t i = 0; i < targets.size(); ++i) plan[i].target = i;
  return plan;
}

AIGW_REGISTER_STRATEGY("fallback", &FallbackStrategy::Create);

}  // namespace aigateway

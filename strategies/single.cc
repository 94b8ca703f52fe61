#include "strategies/single.h"

namespace aigateway {

absl::StatusOr<std::unique_ptr<Strategy>> SingleStrategy::Create(
    const config::v1::StrategyConfig& config) {
  return std::make_unique<SingleStrategy>();
}

std::vector<Choice> SingleStrategy::Plan(const RequestView& request,
                                         const std::vector<TargetView>& targets,
                                         Random& random) const {
  if (targets.empty()) return {};
  return {{.target = 0, .reason = "the first target"}};
}

AIGW_REGISTER_STRATEGY("single", &SingleStrategy::Create);

}  // namespace aigateway

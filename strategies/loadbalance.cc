#include "strategies/loadbalance.h"

#include "strategies/weighted_draw.h"

namespace aigateway {

absl::StatusOr<std::unique_ptr<Strategy>> LoadbalanceStrategy::Create(
    const config::v1::StrategyConfig& config) {
  return std::make_unique<LoadbalanceStrategy>();
}

std::vector<Choice> LoadbalanceStrategy::Plan(
    const RequestView& request, const std::vector<TargetView>& targets,
    Random& random) const {
  return ChooseInOrder(DrawByWeight(targets, random), "drawn by weight");
}

AIGW_REGISTER_STRATEGY("loadbalance", &LoadbalanceStrategy::Create);

}  // namespace aigateway

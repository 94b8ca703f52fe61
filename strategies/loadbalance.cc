#include "strategies/loadbalance.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace aigateway {

absl::StatusOr<std::unique_ptr<Strategy>> LoadbalanceStrategy::Create(
    const config::v1::StrategyConfig& config) {
  return std::make_unique<LoadbalanceStrategy>();
}

// Each target waits for an exponential time of rate w; the order in which they
// come is a weighted draw without replacement (Efraimidis and Spirakis,
// "Weighted random sampling with a reservoir", 2006). No running sum of weights
// means no error that 0.1 + 0.7 could add up.
std::vector<Choice> LoadbalanceStrategy::Plan(
    const RequestView& request, const std::vector<TargetView>& targets,
    Random& random) const {
  std::vector<std::pair<double, size_t>> arrivals;
  arrivals.reserve(targets.size());
  for (size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].weight <= 0) continue;
    const double wait = -std::log1p(-random.Uniform());
    arrivals.emplace_back(wait / targets[i].weight, i);
  }
  std::sort(arrivals.begin(), arrivals.end());
  std::vector<Choice> plan(arrivals.size());
  for (size_t i = 0; i < plan.size(); ++i) plan[i].target = arrivals[i].second;
  if (!plan.empty()) plan[0].reason = "drawn by weight";
  return plan;
}

AIGW_REGISTER_STRATEGY("loadbalance", &LoadbalanceStrategy::Create);

}  // namespace aigateway

#include "strategies/weighted_draw.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace aigateway {

// Each target waits for an exponential time of rate w; the order in which they
// come is a weighted draw without replacement (Efraimidis and Spirakis,
// "Weighted random sampling with a reservoir", 2006). No running sum of weights
// means no error that 0.1 + 0.7 could add up.
std::vector<size_t> DrawByWeight(const std::vector<TargetView>& targets,
                                 Random& random) {
  std::vector<std::pair<double, size_t>> arrivals;
  arrivals.reserve(targets.size());
  for (size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].weight <= 0) continue;
    const double wait = -std::log1p(-random.Uniform());
    arrivals.emplace_back(wait / targets[i].weight, i);
  }
  std::sort(arrivals.begin(), arrivals.end());
  std::vector<size_t> order(arrivals.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = arrivals[i].second;
  return order;
}

std::vector<Choice> ChooseInOrder(const std::vector<size_t>& order,
                                  absl::string_view reason) {
  std::vector<Choice> plan(order.size());
  for (size_t i = 0; i < plan.size(); ++i) plan[i].target = order[i];
  if (!plan.empty()) plan[0].reason = std::string(reason);
  return plan;
}

}  // namespace aigateway

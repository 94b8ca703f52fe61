#include "strategies/least_busy.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "strategies/weighted_draw.h"

namespace aigateway {
namespace {

double LoadOf(const TargetView& target) {
  return static_cast<double>(target.in_flight) / target.weight;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Strategy>> LeastBusyStrategy::Create(
    const config::v1::StrategyConfig& config) {
  return std::make_unique<LeastBusyStrategy>();
}

std::vector<Choice> LeastBusyStrategy::Plan(
    const RequestView& request, const std::vector<TargetView>& targets,
    Random& random) const {
  std::vector<size_t> order = DrawByWeight(targets, random);
  for (size_t i = 0; i + 1 < order.size(); ++i) {
    if (LoadOf(targets[order[i]]) > LoadOf(targets[order[i + 1]])) {
      std::swap(order[i], order[i + 1]);
    }
  }
  std::vector<Choice> plan = ChooseInOrder(order, "");
  if (request.explain) {
    for (Choice& choice : plan) {
      choice.reason =
          absl::StrCat(targets[choice.target].in_flight, " in flight");
    }
  }
  return plan;
}

AIGW_REGISTER_STRATEGY("least-busy", &LeastBusyStrategy::Create);

}  // namespace aigateway

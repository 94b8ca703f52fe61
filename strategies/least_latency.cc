#include "strategies/least_latency.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"

#include "strategies/weighted_draw.h"

namespace aigateway {
namespace {

bool IsKnown(const TargetView& target) {
  return target.latency.has_value() &&
         target.latency->age <= LeastLatencyStrategy::kFresh;
}

// About how long it takes until an attempt succeeds. Of a known target.
absl::Duration ExpectedWait(const TargetView& target) {
  constexpr double kLeastSuccesses = 0.01;
  return target.latency->first_token /
         std::max(1 - target.latency->failure_share, kLeastSuccesses);
}

std::string Explain(const TargetView& target, bool explores) {
  if (!IsKnown(target)) {
    return explores ? "not heard from of late: tried to see how fast it is"
                    : "not heard from of late";
  }
  return absl::StrFormat(
      "first token after %.0f ms of late, %.0f %% of attempts failed",
      absl::ToDoubleMilliseconds(target.latency->first_token),
      target.latency->failure_share * 100);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Strategy>> LeastLatencyStrategy::Create(
    const config::v1::StrategyConfig& config) {
  return std::make_unique<LeastLatencyStrategy>();
}

std::vector<Choice> LeastLatencyStrategy::Plan(
    const RequestView& request, const std::vector<TargetView>& targets,
    Random& random) const {
  const bool explores = random.Uniform() < kExplore;
  std::vector<std::pair<absl::Duration, size_t>> known;
  std::vector<size_t> unknown;
  absl::Duration best = absl::InfiniteDuration();
  const std::vector<size_t> drawn = DrawByWeight(targets, random);
  for (size_t place = 0; place < drawn.size(); ++place) {
    const TargetView& target = targets[drawn[place]];
    if (IsKnown(target)) {
      known.emplace_back(ExpectedWait(target), place);
      best = std::min(best, known.back().first);
    } else {
      unknown.push_back(drawn[place]);
    }
  }
  // Those as good as the best stay in the order in which they were drawn.
  for (auto& [wait, place] : known) {
    if (wait <= best * kTolerance) wait = absl::ZeroDuration();
  }
  std::sort(known.begin(), known.end());
  std::vector<size_t> order;
  order.reserve(drawn.size());
  for (const auto& [wait, place] : known) order.push_back(drawn[place]);
  const size_t explored = explores && !unknown.empty() ? 1 : 0;
  if (explored == 1) order.insert(order.begin(), unknown.front());
  order.insert(order.end(), unknown.begin() + explored, unknown.end());
  std::vector<Choice> plan = ChooseInOrder(order, "");
  if (request.explain) {
    for (Choice& choice : plan) {
      choice.reason =
          Explain(targets[choice.target], explores && &choice == &plan.front());
    }
  }
  return plan;
}

AIGW_REGISTER_STRATEGY("least-latency", &LeastLatencyStrategy::Create);

}  // namespace aigateway

#ifndef AIGATEWAY_STRATEGIES_LEAST_LATENCY_H_
#define AIGATEWAY_STRATEGIES_LEAST_LATENCY_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"

#include "strategies/strategy.h"

namespace aigateway {

// Tries the targets that spoke first of late before the slower ones.
//
// What counts is the decayed mean time to the first token over the share of
// attempts that succeeded: about the time until one does, so that a target that
// fails at once does not look fast. Targets as good as equal are drawn by
// weight, lest all loops rush to one. A target that nobody has heard from for a
// while stands behind the others, but a small share of requests begins with
// one, drawn by weight: it may have become the fastest.
class LeastLatencyStrategy final : public Strategy {
 public:
  static constexpr double kExplore = 0.05;   // The share that explores.
  static constexpr double kTolerance = 1.1;  // As good as equal.
  static constexpr absl::Duration kFresh = absl::Seconds(30);

  static absl::StatusOr<std::unique_ptr<Strategy>> Create(
      const config::v1::StrategyConfig& config);

  std::vector<Choice> Plan(const RequestView& request,
                           const std::vector<TargetView>& targets,
                           Random& random) const override;
  bool HasWeights() const override { return true; }
  bool LooksAtState() const override { return true; }
};

}  // namespace aigateway

#endif  // AIGATEWAY_STRATEGIES_LEAST_LATENCY_H_

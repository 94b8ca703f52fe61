#ifndef AIGATEWAY_STRATEGIES_LOADBALANCE_H_
#define AIGATEWAY_STRATEGIES_LOADBALANCE_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"

#include "strategies/strategy.h"

namespace aigateway {

// Draws targets by weight, without putting one back: a target of weight w is
// the first with probability w / (sum of weights), and after a failure the
// others are tried with the odds that their weights have among themselves, so
// that a failed target's share goes to no one neighbour.
class LoadbalanceStrategy final : public Strategy {
 public:
  static absl::StatusOr<std::unique_ptr<Strategy>> Create(
      const config::v1::StrategyConfig& config);

  std::vector<Choice> Plan(const RequestView& request,
                           const std::vector<TargetView>& targets,
                           Random& random) const override;
  bool HasWeights() const override { return true; }
};

}  // namespace aigateway

#endif  // AIGATEWAY_STRATEGIES_LOADBALANCE_H_

#ifndef AIGATEWAY_STRATEGIES_LEAST_BUSY_H_
#define AIGATEWAY_STRATEGIES_LEAST_BUSY_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"

#include "strategies/strategy.h"

namespace aigateway {

// Power of two choices: draws two targets by weight and takes the one with
// fewer attempts under way for its weight; on a tie the first that was drawn.
// The one left over competes with the next for the next place, and so on. Loops
// that look at the same moment do not all rush to the one idle target, as they
// would if the least busy of all were taken.
class LeastBusyStrategy final : public Strategy {
 public:
  static absl::StatusOr<std::unique_ptr<Strategy>> Create(
      const config::v1::StrategyConfig& config);

  std::vector<Choice> Plan(const RequestView& request,
                           const std::vector<TargetView>& targets,
                           Random& random) const override;
  bool HasWeights() const override { return true; }
  bool LooksAtState() const override { return true; }
};

}  // namespace aigateway

#endif  // AIGATEWAY_STRATEGIES_LEAST_BUSY_H_

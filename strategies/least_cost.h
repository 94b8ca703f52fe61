#ifndef AIGATEWAY_STRATEGIES_LEAST_COST_H_
#define AIGATEWAY_STRATEGIES_LEAST_COST_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"

#include "strategies/strategy.h"

namespace aigateway {

// Tries the cheapest target first: by what the prompt costs there and an answer
// of the length to be expected. The part of a prompt that the caller marks with
// `cache_control` is taken at the price of cached input. Equal costs stand in
// the order of the config, and targets without a price behind all others. Also
// known as `cost-optimized`.
class LeastCostStrategy final : public Strategy {
 public:
  // Tokens that an answer is expected to have, unless the request allows fewer.
  static constexpr int64_t kExpectedOutput = 500;

  static absl::StatusOr<std::unique_ptr<Strategy>> Create(
      const config::v1::StrategyConfig& config);

  std::vector<Choice> Plan(const RequestView& request,
                           const std::vector<TargetView>& targets,
                           Random& random) const override;
  bool LooksAtState() const override { return true; }
};

}  // namespace aigateway

#endif  // AIGATEWAY_STRATEGIES_LEAST_COST_H_

#ifndef AIGATEWAY_STRATEGIES_SINGLE_H_
#define AIGATEWAY_STRATEGIES_SINGLE_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"

#include "strategies/strategy.h"

namespace aigateway {

// The first target, nothing else.
class SingleStrategy final : public Strategy {
 public:
  static absl::StatusOr<std::unique_ptr<Strategy>> Create(
      const config::v1::StrategyConfig& config);

  std::vector<Choice> Plan(const RequestView& request,
                           const std::vector<TargetView>& targets,
                           Random& random) const override;
};

}  // namespace aigateway

#endif  // AIGATEWAY_STRATEGIES_SINGLE_H_

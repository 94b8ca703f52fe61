#ifndef AIGATEWAY_STRATEGIES_AB_TEST_H_
#define AIGATEWAY_STRATEGIES_AB_TEST_H_

#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "strategies/request_field.h"
#include "strategies/strategy.h"

namespace aigateway {

// Compares variants: targets by their labels, or, without one, by their names.
// A user meets the same variant each time, by hash, and a variant has the share
// of users that its targets' weights give it. Its targets are tried in order;
// if all fail, the other variants', so that a test breaks for nobody: RouteInfo
// says which variant answered. A request without the field is drawn by weight.
class AbTestStrategy final : public Strategy {
 public:
  explicit AbTestStrategy(RequestField field) : field_(std::move(field)) {}

  // A violation for a field that there is not.
  static absl::StatusOr<std::unique_ptr<Strategy>> Create(
      const config::v1::StrategyConfig& config);

  std::vector<Choice> Plan(const RequestView& request,
                           const std::vector<TargetView>& targets,
                           Random& random) const override;
  bool HasWeights() const override { return true; }

 private:
  const RequestField field_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_STRATEGIES_AB_TEST_H_

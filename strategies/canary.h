#ifndef AIGATEWAY_STRATEGIES_CANARY_H_
#define AIGATEWAY_STRATEGIES_CANARY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "strategies/request_field.h"
#include "strategies/strategy.h"

namespace aigateway {

// Sends a share of the users to one target, the canary, before the others,
// which stand in for it if it fails; the rest of the users never meets it. Who
// meets it is by hash, so that a user stays on one side, and a growing share
// takes more users in and sends none back. Where no other target serves the
// model, the canary does. Of requests without the field the share is drawn.
class CanaryStrategy final : public Strategy {
 public:
  CanaryStrategy(std::string canary, double share, RequestField field);

  // A violation for a field that there is not.
  static absl::StatusOr<std::unique_ptr<Strategy>> Create(
      const config::v1::StrategyConfig& config);

  std::vector<Choice> Plan(const RequestView& request,
                           const std::vector<TargetView>& targets,
                           Random& random) const override;

 private:
  const std::string canary_;
  const double share_;
  const RequestField field_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_STRATEGIES_CANARY_H_

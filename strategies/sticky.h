#ifndef AIGATEWAY_STRATEGIES_STICKY_H_
#define AIGATEWAY_STRATEGIES_STICKY_H_

#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "strategies/request_field.h"
#include "strategies/strategy.h"

namespace aigateway {

// Sends what has the same field (by default the user) to the same target, so
// that a provider's cache of prompts is of use: by rendezvous hashing,
// weighted, so that a target that goes or is drained moves nobody but its own.
// After a failure the others follow, each user's in an order of its own. A
// request without the field is drawn by weight.
class StickyStrategy final : public Strategy {
 public:
  explicit StickyStrategy(RequestField field) : field_(std::move(field)) {}

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

#endif  // AIGATEWAY_STRATEGIES_STICKY_H_

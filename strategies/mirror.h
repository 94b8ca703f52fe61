#ifndef AIGATEWAY_STRATEGIES_MIRROR_H_
#define AIGATEWAY_STRATEGIES_MIRROR_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "strategies/strategy.h"

namespace aigateway {

// Answers as mode `fallback` does, and sends a share of the requests to one
// more target, the mirror, whose answer nobody sees. The mirror is never asked
// for an answer, not even as a last resort.
class MirrorStrategy final : public Strategy {
 public:
  MirrorStrategy(std::string mirror, double share, CopyTerms terms);

  static absl::StatusOr<std::unique_ptr<Strategy>> Create(
      const config::v1::StrategyConfig& config);

  std::vector<Choice> Plan(const RequestView& request,
                           const std::vector<TargetView>& targets,
                           Random& random) const override;

 private:
  const std::string mirror_;
  const double share_;
  const CopyTerms terms_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_STRATEGIES_MIRROR_H_

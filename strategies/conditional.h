#ifndef AIGATEWAY_STRATEGIES_CONDITIONAL_H_
#define AIGATEWAY_STRATEGIES_CONDITIONAL_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "strategies/condition.h"
#include "strategies/regex_list.h"
#include "strategies/strategy.h"

namespace aigateway {

// The first rule that fits decides: its targets are tried in its order, and no
// other. If none fits: the target `default`, else the first one. A target that
// a rule names but that does not serve the model is passed over; a rule all of
// whose targets do not leaves nothing to try. Also known as `content-based`.
class ConditionalStrategy final : public Strategy {
 public:
  // Violations for a `prompt_regex` that does not compile.
  static absl::StatusOr<std::unique_ptr<Strategy>> Create(
      const config::v1::StrategyConfig& config);

  std::vector<Choice> Plan(const RequestView& request,
                           const std::vector<TargetView>& targets,
                           Random& random) const override;

 private:
  struct Rule {
    Condition condition;
    std::vector<std::string> targets;
    std::string reason;
  };

  std::vector<Rule> rules_;
  RegexList regexes_;  // Of all rules, so that a prompt is read once.
  std::string default_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_STRATEGIES_CONDITIONAL_H_

#include "strategies/conditional.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

// The target `name`, if it is one of those that may be tried.
std::optional<size_t> Find(absl::string_view name,
                           const std::vector<TargetView>& targets) {
  for (size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].name == name) return i;
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Strategy>> ConditionalStrategy::Create(
    const config::v1::StrategyConfig& config) {
  auto strategy = std::make_unique<ConditionalStrategy>();
  std::vector<FieldViolation> faults;
  for (int i = 0; i < config.conditions_size(); ++i) {
    const config::v1::ConditionConfig& condition = config.conditions(i);
    absl::StatusOr<Condition> made =
        Condition::Make(condition, strategy->regexes_);
    if (!made.ok()) {
      faults.push_back({absl::StrCat("conditions[", i, "].value"),
                        std::string(made.status().message())});
      continue;
    }
    Rule rule{.condition = *std::move(made),
              .reason = absl::StrCat("rule ", i + 1, ": ", condition.key(),
                                     " fits '", condition.value(), "'")};
    if (!condition.target_key().empty()) {
      rule.targets.push_back(condition.target_key());
    }
    rule.targets.insert(rule.targets.end(), condition.target_keys().begin(),
                        condition.target_keys().end());
    strategy->rules_.push_back(std::move(rule));
  }
  if (!faults.empty()) {
    absl::Status status =
        Error(ErrorReason::kInvalidConfig, "a rule cannot be used");
    SetViolations(status, std::move(faults));
    return status;
  }
  strategy->regexes_.Compile();
  strategy->default_ = config.default_();
  return strategy;
}

std::vector<Choice> ConditionalStrategy::Plan(
    const RequestView& request, const std::vector<TargetView>& targets,
    Random& random) const {
  std::vector<Choice> plan;
  RequestFacts facts(request, regexes_);
  for (size_t i = 0; i < rules_.size(); ++i) {
    const Rule& rule = rules_[i];
    if (!rule.condition.Fits(facts)) continue;
    for (const std::string& name : rule.targets) {
      if (const std::optional<size_t> target = Find(name, targets)) {
        plan.push_back({.target = *target,
                        .reason = rule.reason,
                        .condition = static_cast<int>(i)});
      }
    }
    return plan;
  }
  if (default_.empty()) {
    if (!targets.empty()) {
      plan.push_back({.target = 0, .reason = "no rule fits: the first target"});
    }
  } else if (const std::optional<size_t> target = Find(default_, targets)) {
    plan.push_back({.target = *target, .reason = "no rule fits: the default"});
  }
  return plan;
}

AIGW_REGISTER_STRATEGY("conditional", &ConditionalStrategy::Create);
AIGW_REGISTER_STRATEGY("content-based", &ConditionalStrategy::Create);

}  // namespace aigateway

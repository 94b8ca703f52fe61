#include "strategies/conditional.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

// Adds the target `name`, if it is one of those that may be tried.
void AddTarget(absl::string_view name, absl::string_view reason,
               const std::vector<TargetView>& targets,
               std::vector<Choice>& plan) {
  for (size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].name == name) {
      plan.push_back({.target = i, .reason = std::string(reason)});
      return;
    }
  }
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
  for (const Rule& rule : rules_) {
    if (!rule.condition.Fits(facts)) continue;
    for (const std::string& name : rule.targets) {
      AddTarget(name, rule.reason, targets, plan);
    }
    return plan;
  }
  if (!default_.empty()) {
    AddTarget(default_, "no rule fits: the default", targets, plan);
  } else if (!targets.empty()) {
    plan.push_back({.target = 0, .reason = "no rule fits: the first target"});
  }
  return plan;
}

AIGW_REGISTER_STRATEGY("conditional", &ConditionalStrategy::Create);

}  // namespace aigateway

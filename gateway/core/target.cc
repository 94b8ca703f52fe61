#include "gateway/core/target.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace aigateway {

bool MatchesPattern(absl::string_view name, absl::string_view pattern) {
  if (absl::ConsumeSuffix(&pattern, "*")) {
    return absl::StartsWith(name, pattern);
  }
  return name == pattern;
}

Target::Target(Options options,
               std::shared_ptr<const ProviderInstance> instance,
               std::shared_ptr<TargetStats> stats,
               std::unique_ptr<Caller> caller)
    : options_(std::move(options)),
      instance_(std::move(instance)),
      stats_(std::move(stats)),
      caller_(std::move(caller)) {
  const std::vector<std::string>& listed = listed_models();
  model_set_.insert(listed.begin(), listed.end());
}

const std::vector<std::string>& Target::listed_models() const {
  return options_.models.empty() ? instance_->models : options_.models;
}

bool Target::Serves(absl::string_view model) const {
  if (!model_set_.empty()) return model_set_.contains(model);
  // A name that the config maps is served whatever the vendor's own are.
  if (instance_->model_map.contains(model)) return true;
  if (instance_->patterns.empty()) return true;
  for (const std::string& pattern : instance_->patterns) {
    if (MatchesPattern(model, pattern)) return true;
  }
  return false;
}

bool Target::ServesAnything() const {
  return model_set_.empty() && instance_->patterns.empty();
}

std::string Target::UpstreamModel(absl::string_view model) const {
  auto it = instance_->model_map.find(model);
  return it == instance_->model_map.end() ? std::string(model) : it->second;
}

}  // namespace aigateway

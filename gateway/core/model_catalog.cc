#include "gateway/core/model_catalog.h"

#include <algorithm>
#include <set>
#include <utility>

#include "gateway/core/target_price.h"

namespace aigateway {

void DescribeServing(const std::vector<const Target*>& targets,
                     absl::string_view resolved, v1::Model& model) {
  for (const Target* target : targets) {
    model.add_targets(target->name());
    if (model.has_prices()) continue;
    const ModelPrice* price =
        PriceOf(target->instance(), target->UpstreamModel(resolved));
    if (price != nullptr) *model.mutable_prices() = DescribePrice(*price);
  }
}

ModelCatalog::ModelCatalog(
    const std::vector<std::unique_ptr<Target>>& targets,
    absl::flat_hash_map<std::string, std::string> aliases)
    : aliases_(std::move(aliases)) {
  std::set<std::string> names;
  for (size_t i = 0; i < targets.size(); ++i) {
    const Target& target = *targets[i];
    targets_.push_back(&target);
    const std::vector<std::string>& listed = target.listed_models();
    if (listed.empty()) unlisted_.push_back(static_cast<int>(i));
    for (const std::string& model : listed) {
      std::vector<int>& serving = listed_[model];
      if (serving.empty() || serving.back() != static_cast<int>(i)) {
        serving.push_back(static_cast<int>(i));
      }
      names.insert(model);
    }
    if (!listed.empty()) continue;
    for (const auto& [model, upstream] : target.instance().model_map) {
      names.insert(model);
    }
    for (const std::string& pattern : target.patterns()) {
      if (pattern.find('*') == std::string::npos) names.insert(pattern);
    }
  }
  std::set<std::string> ids = names;
  for (const auto& [alias, model] : aliases_) ids.insert(alias);
  for (const std::string& id : ids) AddModel(id, Resolve(id));
}

void ModelCatalog::AddModel(absl::string_view id, absl::string_view resolved) {
  v1::Model model;
  model.set_id(std::string(id));
  if (resolved != id) model.set_alias_of(std::string(resolved));
  DescribeServing(TargetsFor(resolved), resolved, model);
  if (model.targets_size() > 0) models_.push_back(std::move(model));
}

absl::string_view ModelCatalog::Resolve(absl::string_view model) const {
  auto it = aliases_.find(model);
  return it == aliases_.end() ? model : absl::string_view(it->second);
}

std::vector<const Target*> ModelCatalog::TargetsFor(
    absl::string_view model) const {
  std::vector<int> serving;
  if (auto it = listed_.find(model); it != listed_.end()) serving = it->second;
  const size_t by_list = serving.size();
  // A vendor's claim on the name keeps undeclared aggregators behind it out.
  bool claimed = false;
  for (int i : unlisted_) {
    const Target& target = *targets_[i];
    const bool undeclared =
        target.instance().source == v1::PROVIDER_SOURCE_ENVIRONMENT;
    if (undeclared && claimed && target.ServesAnything()) continue;
    if (!target.Serves(model)) continue;
    serving.push_back(i);
    if (undeclared && !target.ServesAnything()) claimed = true;
  }
  if (by_list > 0) std::sort(serving.begin(), serving.end());
  std::vector<const Target*> targets;
  targets.reserve(serving.size());
  for (int i : serving) targets.push_back(targets_[i]);
  return targets;
}

}  // namespace aigateway

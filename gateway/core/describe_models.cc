#include "gateway/core/describe_models.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/utf8.h"
#include "gateway/core/model_catalog.h"
#include "gateway/core/target.h"

namespace aigateway {
namespace {

constexpr size_t kMaxQuoted = 128;

// Adds what the vendors of its targets say of it: of sizes the largest.
void AddKnown(const std::vector<const Target*>& targets,
              absl::string_view resolved, v1::Model& model) {
  for (const Target* target : targets) {
    const auto discovered = target->instance().discovered->models();
    if (discovered == nullptr) continue;
    const auto it = discovered->find(target->UpstreamModel(resolved));
    if (it == discovered->end()) continue;
    const v1::Model& known = it->second;
    if (known.has_context_window()) {
      model.set_context_window(
          std::max(model.context_window(), known.context_window()));
    }
    if (known.has_max_output_tokens()) {
      model.set_max_output_tokens(
          std::max(model.max_output_tokens(), known.max_output_tokens()));
    }
    if (known.has_capabilities() && !model.has_capabilities()) {
      *model.mutable_capabilities() = known.capabilities();
    }
  }
}

// With `of`: nullopt unless a target of that instance serves it.
std::optional<v1::Model> Describe(const Snapshot& snapshot,
                                  absl::string_view name,
                                  const ProviderInstance* of = nullptr) {
  const absl::string_view resolved = snapshot.catalog().Resolve(name);
  const std::vector<const Target*> targets =
      snapshot.catalog().TargetsFor(resolved);
  if (of != nullptr &&
      std::none_of(targets.begin(), targets.end(), [of](const Target* target) {
        return &target->instance() == of;
      })) {
    return std::nullopt;
  }
  v1::Model model;
  model.set_id(std::string(name));
  if (resolved != name) model.set_alias_of(std::string(resolved));
  DescribeServing(targets, resolved, model);
  AddKnown(targets, resolved, model);
  return model;
}

}  // namespace

std::vector<v1::Model> DescribeModels(const Snapshot& snapshot) {
  std::map<std::string, v1::Model> by_id;
  for (const v1::Model& model : snapshot.catalog().models()) {
    by_id.emplace(model.id(), *Describe(snapshot, model.id()));
  }
  for (const auto& instance : snapshot.instances()) {
    const auto discovered = instance->discovered->models();
    if (discovered == nullptr) continue;
    for (const auto& [name, known] : *discovered) {
      if (by_id.count(name) != 0) continue;
      std::optional<v1::Model> model = Describe(snapshot, name, instance.get());
      if (model.has_value()) by_id.emplace(name, *std::move(model));
    }
  }
  std::vector<v1::Model> models;
  models.reserve(by_id.size());
  for (auto& [id, model] : by_id) models.push_back(std::move(model));
  return models;
}

absl::StatusOr<v1::Model> DescribeModel(const Snapshot& snapshot,
                                        absl::string_view name) {
  v1::Model model = *Describe(snapshot, name);
  if (model.targets_size() > 0) return model;
  const std::string quoted = Truncate(name, kMaxQuoted);
  return Error(ErrorReason::kModelNotFound,
               absl::StrCat("no target serves '", quoted, "'"),
               {{"model", quoted}});
}

}  // namespace aigateway

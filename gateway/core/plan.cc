#include "gateway/core/plan.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "gateway/base/env.h"
#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "gateway/core/snapshot.h"
#include "strategies/strategy.h"

namespace aigateway {
namespace {

constexpr size_t kMaxQuoted = 128;

bool MayUse(const CallerIdentity& caller, absl::string_view asked,
            absl::string_view model) {
  if (caller.models.empty()) return true;
  for (const std::string& allowed : caller.models) {
    if (MatchesPattern(asked, allowed) || MatchesPattern(model, allowed)) {
      return true;
    }
  }
  return false;
}

absl::Status NoTarget(absl::string_view model) {
  const std::string quoted = Truncate(model, kMaxQuoted);
  return Error(ErrorReason::kModelNotFound,
               absl::StrCat("no target serves '", quoted,
                            "'; ListModels names what is served"),
               {{"model", quoted}});
}

// Keeps the one target that the request names.
absl::Status KeepOnly(const Snapshot& snapshot, absl::string_view name,
                      absl::string_view model,
                      std::vector<const Target*>& candidates) {
  const Target* named = snapshot.FindTarget(name);
  if (named == nullptr) {
    return FieldError("options.target",
                      absl::StrCat("'", Truncate(name, kMaxQuoted),
                                   "' is not a target of the configuration"));
  }
  if (std::find(candidates.begin(), candidates.end(), named) ==
      candidates.end()) {
    return Error(
        ErrorReason::kModelNotFound,
        absl::StrCat("target '", named->name(), "' does not serve '",
                     Truncate(model, kMaxQuoted), "'"),
        {{"target", named->name()}, {"model", Truncate(model, kMaxQuoted)}});
  }
  candidates = {named};
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<PlannedCall>> PlanCalls(RequestContext& request) {
  const Snapshot& snapshot = request.snapshot();
  const std::string& asked = request.chat().model();
  request.set_model(std::string(snapshot.catalog().Resolve(asked)));
  const std::string& model = request.model();
  request.route().set_strategy(snapshot.mode());
  if (!MayUse(request.settings().caller, asked, model)) {
    return Error(
        ErrorReason::kModelNotAllowed,
        absl::StrCat("the key '", request.settings().caller.name,
                     "' may not use '", Truncate(asked, kMaxQuoted), "'"),
        {{"model", Truncate(asked, kMaxQuoted)},
         {"key", request.settings().caller.name}});
  }

  std::vector<const Target*> candidates = snapshot.catalog().TargetsFor(model);
  if (!request.options().target().empty()) {
    AIGW_RETURN_IF_ERROR(
        KeepOnly(snapshot, request.options().target(), model, candidates));
  }
  if (candidates.empty()) return NoTarget(asked);
  std::erase_if(candidates,
                [](const Target* target) { return target->drained(); });
  if (candidates.empty()) {
    return Error(ErrorReason::kProviderUnavailable,
                 absl::StrCat("every target that serves '",
                              Truncate(asked, kMaxQuoted), "' is drained"),
                 {{"model", Truncate(asked, kMaxQuoted)}});
  }

  std::vector<TargetView> views;
  views.reserve(candidates.size());
  for (const Target* target : candidates) {
    views.push_back({.name = target->name(), .weight = target->weight()});
  }
  const std::vector<Choice> choices = snapshot.strategy().Plan(
      {request.chat(), request.options(), request.stream(), model}, views,
      *request.env().random);
  std::vector<PlannedCall> plan;
  plan.reserve(choices.size());
  for (const Choice& choice : choices) {
    if (choice.target >= candidates.size()) continue;
    const Target* target = candidates[choice.target];
    plan.push_back({target, target->UpstreamModel(model)});
  }
  if (plan.empty()) {
    const std::string quoted = Truncate(asked, kMaxQuoted);
    return Error(
        ErrorReason::kModelNotFound,
        absl::StrCat("the targets that mode '", snapshot.mode(),
                     "' chose for this request do not serve '", quoted, "'"),
        {{"model", quoted}});
  }
  return plan;
}

}  // namespace aigateway

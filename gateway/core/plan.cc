#include "gateway/core/plan.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"

#include "gateway/base/env.h"
#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/timers.h"
#include "gateway/base/utf8.h"
#include "gateway/core/decision.h"

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

absl::Status NoVectors(absl::string_view model) {
  const std::string quoted = Truncate(model, kMaxQuoted);
  return Error(
      ErrorReason::kModelNotFound,
      absl::StrCat("no target that serves '", quoted, "' makes embeddings"),
      {{"model", quoted}});
}

absl::Status NotATarget(absl::string_view name, absl::string_view model) {
  const std::string quoted = Truncate(name, kMaxQuoted);
  absl::Status status = FieldError(
      "options.target",
      absl::StrCat("'", quoted, "' is not a target of the configuration"),
      ErrorReason::kModelNotFound);
  SetErrorMetadata(status, "target", quoted);
  SetErrorMetadata(status, "model", Truncate(model, kMaxQuoted));
  return status;
}

absl::Status DoesNotServe(absl::string_view target, absl::string_view model) {
  const std::string quoted = Truncate(model, kMaxQuoted);
  return Error(
      ErrorReason::kModelNotFound,
      absl::StrCat("target '", target, "' does not serve '", quoted, "'"),
      {{"target", target}, {"model", quoted}});
}

absl::Status AllDrained(absl::string_view model) {
  const std::string quoted = Truncate(model, kMaxQuoted);
  return Error(
      ErrorReason::kProviderUnavailable,
      absl::StrCat("every target that '", quoted, "' would go to is drained"),
      {{"model", quoted}});
}

absl::Status NoneChosen(const TargetGroup& group, absl::string_view model) {
  const std::string quoted = Truncate(model, kMaxQuoted);
  return Error(
      ErrorReason::kModelNotFound,
      absl::StrCat("the targets that mode '", group.mode,
                   "' chose for this request do not serve '", quoted, "'"),
      {{"model", quoted}});
}

bool IsDrained(const Target* target) { return target->drained(); }

// Whether there is somebody to answer, not only to get a copy.
bool CanAnswer(const std::vector<ChosenTarget>& plan) {
  return std::any_of(plan.begin(), plan.end(), [](const ChosenTarget& chosen) {
    return !chosen.copy.has_value();
  });
}

// Leaves of `group` in its order.
void AppendTargets(const TargetGroup& group,
                   std::vector<const Target*>& targets) {
  for (const TargetGroup::Member& member : group.members) {
    if (member.group != nullptr) {
      AppendTargets(*member.group, targets);
    } else {
      targets.push_back(member.target);
    }
  }
}

// Keeps those that are in `group`.
void KeepOnly(const TargetGroup& group,
              std::vector<const Target*>& candidates) {
  std::vector<const Target*> inside;
  AppendTargets(group, inside);
  std::erase_if(candidates, [&](const Target* target) {
    return std::find(inside.begin(), inside.end(), target) == inside.end();
  });
}

// Orders `candidates`, of which there is one at least, within `group`.
absl::StatusOr<std::vector<ChosenTarget>> Order(
    const TargetGroup& group, const std::vector<const Target*>& candidates,
    const RequestView& request, absl::Time now, Random& random) {
  std::vector<const Target*> live;
  live.reserve(candidates.size());
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(live),
               [](const Target* target) { return !IsDrained(target); });
  std::vector<ChosenTarget> plan =
      PlanTree(group, live, request, now, /*drained_too=*/false, random);
  if (CanAnswer(plan)) return plan;
  // What the strategies would have named, had nothing been drained.
  if (CanAnswer(PlanTree(group, candidates, request, now, /*drained_too=*/true,
                         random))) {
    return AllDrained(request.chat.model());
  }
  return NoneChosen(group, request.chat.model());
}

// The one target that the request names.
// Whether `place`, a target or group below `group`, is in a drained group.
bool IsWithinDrained(const TargetGroup& group, const void* place,
                     bool drained = false) {
  drained = drained || group.weight == 0;
  for (const TargetGroup::Member& member : group.members) {
    if (member.target == place || member.group.get() == place) return drained;
    if (member.group != nullptr &&
        IsWithinDrained(*member.group, place, drained)) {
      return true;
    }
  }
  return false;
}

absl::StatusOr<std::vector<ChosenTarget>> TakeNamed(
    const Snapshot& snapshot, const Target& target,
    const std::vector<const Target*>& candidates, const RequestView& request) {
  if (std::find(candidates.begin(), candidates.end(), &target) ==
      candidates.end()) {
    return DoesNotServe(target.name(), request.chat.model());
  }
  if (IsDrained(&target) || IsWithinDrained(snapshot.root(), &target)) {
    return AllDrained(request.chat.model());
  }
  return std::vector<ChosenTarget>{
      {.target = &target, .reason = "the request names it"}};
}

void NoteDecision(RequestContext& request, absl::Time now,
                  const std::vector<ChosenTarget>& chosen) {
  v1::RouteDecision decision = DescribeDecision(
      {.snapshot = request.snapshot(),
       .chat = request.chat(),
       .embed = request.embed() != nullptr,
       .named = request.options().target(),
       .model = request.model(),
       .now = now},
      chosen, [](const Target&, bool) { return std::string(); });
  if (request.options().explain()) {
    *request.route().mutable_decision() = decision;
  }
  request.set_decision(std::move(decision));
}

}  // namespace

absl::Status CheckModelRight(const Snapshot& snapshot,
                             const CallerIdentity& caller,
                             absl::string_view asked) {
  if (MayUse(caller, asked, snapshot.catalog().Resolve(asked))) {
    return absl::OkStatus();
  }
  const std::string quoted = Truncate(asked, kMaxQuoted);
  return Error(
      ErrorReason::kModelNotAllowed,
      absl::StrCat("the key '", caller.name, "' may not use '", quoted, "'"),
      {{"model", quoted}, {"key", caller.name}});
}

absl::StatusOr<std::vector<ChosenTarget>> ChooseTargets(
    const Snapshot& snapshot, const RequestView& request, absl::Time now,
    Random& random) {
  const std::string& asked = request.chat.model();
  std::vector<const Target*> candidates =
      snapshot.catalog().TargetsFor(request.model);
  const std::string& name = request.options.target();
  if (request.embed && !candidates.empty()) {
    std::erase_if(candidates, [](const Target* target) {
      return target->instance().codec->embedder() == nullptr;
    });
    if (candidates.empty()) return NoVectors(asked);
  }
  if (name.empty()) {
    if (candidates.empty()) return NoTarget(asked);
    return Order(snapshot.root(), candidates, request, now, random);
  }
  if (const Target* target = snapshot.FindTarget(name)) {
    return TakeNamed(snapshot, *target, candidates, request);
  }
  const TargetGroup* group = snapshot.FindGroup(name);
  if (group == nullptr) return NotATarget(name, asked);
  KeepOnly(*group, candidates);
  if (candidates.empty()) return DoesNotServe(name, asked);
  if (group->weight == 0 || IsWithinDrained(snapshot.root(), group)) {
    return AllDrained(asked);
  }
  return Order(*group, candidates, request, now, random);
}

absl::StatusOr<RoutePlan> PlanCalls(RequestContext& request) {
  const Snapshot& snapshot = request.snapshot();
  const std::string& asked = request.chat().model();
  const CallerIdentity& caller = request.settings().caller;
  request.set_model(std::string(snapshot.catalog().Resolve(asked)));
  request.route().set_strategy(snapshot.root().mode);
  AIGW_RETURN_IF_ERROR(CheckModelRight(snapshot, caller, asked));
  const std::string& model = request.model();
  const absl::Time now = request.env().timers->Now();
  const absl::StatusOr<std::vector<ChosenTarget>> chosen =
      ChooseTargets(snapshot,
                    {.chat = request.chat(),
                     .options = request.options(),
                     .stream = request.stream(),
                     .embed = request.embed() != nullptr,
                     .model = model,
                     .key = caller.name,
                     .explain = request.wants_decision()},
                    now, *request.env().random);
  if (request.wants_decision()) {
    NoteDecision(request, now,
                 chosen.ok() ? *chosen : std::vector<ChosenTarget>());
  }
  AIGW_RETURN_IF_ERROR(chosen.status());
  RoutePlan plan;
  plan.calls.reserve(chosen->size());
  for (const ChosenTarget& each : *chosen) {
    std::string upstream_model = each.target->UpstreamModel(model);
    if (each.copy.has_value()) {
      plan.copies.push_back(
          {each.target, std::move(upstream_model), *each.copy});
    } else {
      plan.calls.push_back({each.target, std::move(upstream_model)});
    }
  }
  return plan;
}

}  // namespace aigateway

#include "gateway/core/explain.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"
#include "gateway/base/go_duration.h"
#include "gateway/base/status_macros.h"
#include "gateway/core/plan.h"
#include "gateway/core/target_price.h"
#include "gateway/core/tree_plan.h"
#include "gateway/core/validate_request.h"

namespace aigateway {
namespace {

// Why a target would not be tried.
struct Obstacle {
  std::string explanation;
  ErrorReason reason = ErrorReason::kUnspecified;
};

// A request whose messages are left out is valid as far as it goes.
absl::Status Validate(const v1::ExplainRouteRequest& request) {
  AIGW_RETURN_IF_ERROR(ValidateOptions(request.options()));
  if (request.chat().messages_size() > 0) return ValidateChat(request.chat());
  v1::ChatRequest with_message = request.chat();
  v1::Message& message = *with_message.add_messages();
  message.set_role(v1::ROLE_USER);
  message.set_content("-");
  return ValidateChat(with_message);
}

// The most that the request may cost, if that can be told: no text has more
// tokens than bytes, and what a template adds is little.
std::optional<int64_t> MaxCost(const v1::ChatRequest& chat,
                               const ModelPrice* price) {
  constexpr int64_t kTemplateTokens = 64;
  if (price == nullptr || !chat.has_max_output_tokens()) return std::nullopt;
  // They may say anything, of what is paid for as well.
  if (!chat.provider_options().empty()) return std::nullopt;
  int64_t input = kTemplateTokens +
                  static_cast<int64_t>(chat.response_format().ByteSizeLong());
  for (const v1::Message& message : chat.messages()) {
    for (const v1::ContentPart& part : message.parts()) {
      if (!part.has_text()) return std::nullopt;  // Counted otherwise.
    }
    input += kTemplateTokens + static_cast<int64_t>(message.ByteSizeLong());
  }
  for (const v1::Tool& tool : chat.tools()) {
    input += kTemplateTokens + static_cast<int64_t>(tool.ByteSizeLong());
  }
  const int64_t choices = chat.has_n() ? std::max(chat.n(), 1) : 1;
  const int64_t dearest =
      std::max(price->input, price->cache_write.value_or(0));
  const absl::int128 cost =
      absl::int128(input) * dearest +
      absl::int128(chat.max_output_tokens()) * choices * price->output;
  return static_cast<int64_t>((cost + 999999) / 1000000);
}

class Explainer {
 public:
  Explainer(const Snapshot& snapshot, const v1::ExplainRouteRequest& request,
            const CallerIdentity& caller, absl::Time now, Random& random)
      : snapshot_(snapshot),
        request_(request),
        caller_(caller),
        model_(snapshot.catalog().Resolve(request.chat().model())),
        now_(now),
        random_(random),
        candidates_(snapshot.catalog().TargetsFor(model_)) {
    Index(snapshot.root(), /*drained=*/false);
  }

  v1::ExplainRouteResponse Run() {
    response_.set_model(model_);
    response_.set_strategy(snapshot_.root().mode);
    response_.set_config_revision(snapshot_.revision());
    const absl::Status right =
        CheckModelRight(snapshot_, caller_, request_.chat().model());
    if (!right.ok()) {
      for (const auto& target : snapshot_.targets()) {
        Skip(*target, {std::string(right.message()), ReasonOf(right)});
      }
      return std::move(response_);
    }
    const RequestView view{.chat = request_.chat(),
                           .options = request_.options(),
                           .stream = request_.stream(),
                           .model = model_,
                           .key = caller_.name,
                           .explain = true};
    const absl::StatusOr<std::vector<ChosenTarget>> chosen =
        ChooseTargets(snapshot_, view, now_, random_);
    absl::flat_hash_map<const Target*, Obstacle> obstacles;
    if (chosen.ok()) {
      NoteCondition(*chosen);
      for (const ChosenTarget& each : *chosen) {
        std::optional<Obstacle> obstacle = ObstacleOf(each);
        if (obstacle.has_value()) {
          obstacles.emplace(each.target, *std::move(obstacle));
        } else {
          Take(each);
        }
      }
    } else if (request_.options().target().empty()) {
      NoteCondition(PlanTree(snapshot_.root(), candidates_, view, now_,
                             /*drained_too=*/true, random_));
    }
    for (const auto& target : snapshot_.targets()) {
      if (taken_.contains(target.get())) continue;
      const auto it = obstacles.find(target.get());
      Skip(*target, it != obstacles.end() ? it->second : WhyNot(*target));
    }
    return std::move(response_);
  }

 private:
  struct Place {
    const TargetGroup* group;
    bool drained;  // A group around it.
  };

  void Index(const TargetGroup& group, bool drained) {
    for (const TargetGroup::Member& member : group.members) {
      if (member.group == nullptr) {
        places_[member.target] = {&group, drained};
      } else {
        Index(*member.group, drained || member.group->weight == 0);
      }
    }
  }

  void NoteCondition(const std::vector<ChosenTarget>& chosen) {
    if (!chosen.empty()) {
      response_.set_matched_condition(chosen.front().condition);
    }
  }

  // What keeps a target from being tried though it was chosen.
  std::optional<Obstacle> ObstacleOf(const ChosenTarget& chosen) const {
    if (chosen.copy.has_value()) return Obstacle{chosen.reason};
    if (const auto until = chosen.target->instance().keys->RestsUntil(now_)) {
      return Obstacle{absl::StrCat("its provider asked to be left alone for ",
                                   FormatGoDuration(*until - now_), " more"),
                      ErrorReason::kProviderRateLimited};
    }
    const BreakerSet* breakers = chosen.target->breakers();
    const Breaker* breaker =
        breakers == nullptr
            ? nullptr
            : breakers->Find(chosen.target->UpstreamModel(model_));
    if (breaker == nullptr) return std::nullopt;
    const std::optional<absl::Time> retry = breaker->retry_time(now_);
    if (breaker->state(now_) != Breaker::State::kOpen) return std::nullopt;
    return Obstacle{retry.has_value()
                        ? absl::StrCat("its breaker is open for ",
                                       FormatGoDuration(*retry - now_), " more")
                        : "its breaker is open",
                    ErrorReason::kCircuitOpen};
  }

  // Why a target was not chosen.
  Obstacle WhyNot(const Target& target) const {
    const std::string& named = request_.options().target();
    if (std::find(candidates_.begin(), candidates_.end(), &target) ==
        candidates_.end()) {
      return {absl::StrCat("does not serve '", model_, "'"),
              ErrorReason::kModelNotFound};
    }
    if (target.drained()) {
      return {target.weight() == 0 ? "drained: its weight is 0"
                                   : "drained by an administrator",
              ErrorReason::kProviderUnavailable};
    }
    const Place& place = places_.at(&target);
    if (place.drained) {
      return {"drained: the weight of its group is 0",
              ErrorReason::kProviderUnavailable};
    }
    if (!named.empty() && named != target.name() &&
        snapshot_.FindGroup(named) == nullptr) {
      return {absl::StrCat("the request names '", named, "'")};
    }
    return {absl::StrCat("mode '", place.group->mode,
                         "' does not choose it for this request")};
  }

  v1::PlannedTarget Describe(const Target& target,
                             std::string explanation) const {
    v1::PlannedTarget row;
    row.set_target(target.name());
    row.set_provider(target.instance().type);
    row.set_upstream_model(target.UpstreamModel(model_));
    row.set_explanation(std::move(explanation));
    const TargetGroup& group = *places_.at(&target).group;
    if (group.strategy->HasWeights()) row.set_weight(target.weight());
    const std::optional<int64_t> cost = MaxCost(
        request_.chat(), PriceOf(target.instance(), row.upstream_model()));
    if (cost.has_value()) row.set_max_cost_micro_usd(*cost);
    return row;
  }

  void Take(const ChosenTarget& chosen) {
    const bool is_first = taken_.empty();
    const Target& target = *chosen.target;
    taken_.insert(chosen.target);
    std::string explanation = !chosen.reason.empty() ? chosen.reason
                              : is_first             ? "the first in order"
                                         : "if those before it fail";
    const BreakerSet* breakers = target.breakers();
    const Breaker* breaker = breakers == nullptr
                                 ? nullptr
                                 : breakers->Find(target.UpstreamModel(model_));
    if (breaker != nullptr &&
        breaker->state(now_) == Breaker::State::kHalfOpen) {
      absl::StrAppend(&explanation, "; its breaker is half open: on trial");
    }
    const KeyRing& keys = *target.instance().keys;
    if (!keys.HasFree(now_)) {
      absl::StrAppend(&explanation, keys.size() == 1
                                        ? "; its key rests"
                                        : "; all of its keys rest");
    }
    const ConcurrencyBound* bound = target.bound();
    if (bound != nullptr && bound->in_flight() >= bound->limit()) {
      absl::StrAppend(&explanation, "; its slots are all taken (",
                      bound->limit(), "), ", bound->queued(), " calls wait");
    }
    NoteRequest(target, is_first, explanation);
    *response_.add_targets() = Describe(target, std::move(explanation));
  }

  // Whether the target's codec takes the request, and what it would leave out.
  void NoteRequest(const Target& target, bool is_first,
                   std::string& explanation) {
    if (request_.chat().messages_size() == 0) return;
    std::vector<std::string> warnings;
    const absl::Status built =
        target.instance()
            .codec
            ->BuildRequest(request_.chat(),
                           {.model = target.UpstreamModel(model_),
                            .credential = "none",
                            .stream = request_.stream(),
                            .warnings = &warnings})
            .status();
    if (!built.ok()) {
      absl::StrAppend(&explanation,
                      "; it would refuse the request: ", built.message());
    }
    if (!is_first) return;
    for (std::string& warning : warnings) {
      response_.add_warnings(std::move(warning));
    }
  }

  void Skip(const Target& target, Obstacle obstacle) {
    v1::PlannedTarget& row = *response_.add_skipped_targets();
    row = Describe(target, std::move(obstacle.explanation));
    row.set_reason(static_cast<v1::ErrorReason>(obstacle.reason));
  }

  const Snapshot& snapshot_;
  const v1::ExplainRouteRequest& request_;
  const CallerIdentity& caller_;
  const std::string model_;
  const absl::Time now_;
  Random& random_;
  const std::vector<const Target*> candidates_;
  absl::flat_hash_map<const Target*, Place> places_;
  absl::flat_hash_set<const Target*> taken_;
  v1::ExplainRouteResponse response_;
};

}  // namespace

absl::StatusOr<v1::ExplainRouteResponse> ExplainRequest(
    const Snapshot& snapshot, const v1::ExplainRouteRequest& request,
    const CallerIdentity& caller, absl::Time now, Random& random) {
  AIGW_RETURN_IF_ERROR(Validate(request));
  return Explainer(snapshot, request, caller, now, random).Run();
}

}  // namespace aigateway

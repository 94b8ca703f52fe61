#include "gateway/core/decision.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/go_duration.h"
#include "gateway/base/utf8.h"
#include "gateway/core/target_price.h"

namespace aigateway {
namespace {

constexpr size_t kMaxQuoted = 128;

// The most tokens that the model reads, if that can be told: no text has more
// tokens than bytes, and what a template adds is little.
std::optional<int64_t> MaxInputTokens(const v1::ChatRequest& chat) {
  constexpr int64_t kTemplateTokens = 64;
  if (!chat.has_max_output_tokens()) return std::nullopt;
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
  return input;
}

// The most that the request may cost, if that can be told.
std::optional<int64_t> MaxCost(const v1::ChatRequest& chat,
                               std::optional<int64_t> input,
                               const ModelPrice* price) {
  if (price == nullptr || !input.has_value()) return std::nullopt;
  const int64_t choices = chat.has_n() ? std::max(chat.n(), 1) : 1;
  const int64_t dearest =
      std::max(price->input, price->cache_write.value_or(0));
  const absl::int128 cost =
      absl::int128(*input) * dearest +
      absl::int128(chat.max_output_tokens()) * choices * price->output;
  return static_cast<int64_t>((cost + 999999) / 1000000);
}

class Writer {
 public:
  explicit Writer(const DecisionSubject& subject)
      : subject_(subject),
        candidates_(subject.snapshot.catalog().TargetsFor(subject.model)),
        max_input_tokens_(MaxInputTokens(subject.chat)) {
    Index(subject.snapshot.root(), /*drained=*/false);
  }

  v1::RouteDecision Write(const std::vector<ChosenTarget>& chosen,
                          TargetRemark remark) {
    absl::flat_hash_map<const Target*, Obstacle> obstacles;
    if (!chosen.empty()) {
      decision_.set_matched_condition(chosen.front().condition);
    }
    for (const ChosenTarget& each : chosen) {
      std::optional<Obstacle> obstacle = ObstacleOf(each);
      if (obstacle.has_value()) {
        obstacles.emplace(each.target, *std::move(obstacle));
      } else {
        Take(each, remark);
      }
    }
    for (const auto& target : subject_.snapshot.targets()) {
      if (taken_.contains(target.get())) continue;
      const auto it = obstacles.find(target.get());
      Skip(*target, it != obstacles.end() ? it->second : WhyNot(*target));
    }
    return std::move(decision_);
  }

  v1::RouteDecision WriteRefusal(const Obstacle& obstacle) {
    for (const auto& target : subject_.snapshot.targets()) {
      Skip(*target, obstacle);
    }
    return std::move(decision_);
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

  // Null if it has none, or none yet for the model.
  const Breaker* BreakerOf(const Target& target) const {
    const BreakerSet* breakers = target.breakers();
    return breakers == nullptr
               ? nullptr
               : breakers->Find(target.UpstreamModel(subject_.model));
  }

  // What keeps a target from being tried though it was chosen.
  std::optional<Obstacle> ObstacleOf(const ChosenTarget& chosen) const {
    if (chosen.copy.has_value()) return Obstacle{chosen.reason};
    if (const auto until =
            chosen.target->instance().keys->RestsUntil(subject_.now)) {
      return Obstacle{
          absl::StrCat("its provider asked to be left alone for ",
                       FormatGoDuration(*until - subject_.now), " more"),
          ErrorReason::kProviderRateLimited};
    }
    const Breaker* breaker = BreakerOf(*chosen.target);
    if (breaker == nullptr ||
        breaker->state(subject_.now) != Breaker::State::kOpen) {
      return std::nullopt;
    }
    const std::optional<absl::Time> retry = breaker->retry_time(subject_.now);
    return Obstacle{
        retry.has_value()
            ? absl::StrCat("its breaker is open for ",
                           FormatGoDuration(*retry - subject_.now), " more")
            : "its breaker is open",
        ErrorReason::kCircuitOpen};
  }

  // Why a target was not chosen.
  Obstacle WhyNot(const Target& target) const {
    const absl::string_view named = subject_.named;
    if (std::find(candidates_.begin(), candidates_.end(), &target) ==
        candidates_.end()) {
      return {absl::StrCat("does not serve '", subject_.model, "'"),
              ErrorReason::kModelNotFound};
    }
    if (subject_.embed && target.instance().codec->embedder() == nullptr) {
      return {"makes no embeddings", ErrorReason::kModelNotFound};
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
        subject_.snapshot.FindGroup(named) == nullptr) {
      return {absl::StrCat("the request names '", Truncate(named, kMaxQuoted),
                           "'")};
    }
    return {absl::StrCat("mode '", place.group->mode,
                         "' does not choose it for this request")};
  }

  v1::PlannedTarget Describe(const Target& target,
                             std::string explanation) const {
    v1::PlannedTarget row;
    row.set_target(target.name());
    row.set_provider(target.instance().type);
    row.set_upstream_model(target.UpstreamModel(subject_.model));
    row.set_explanation(std::move(explanation));
    const TargetGroup& group = *places_.at(&target).group;
    if (group.strategy->HasWeights()) row.set_weight(target.weight());
    const std::optional<int64_t> cost =
        MaxCost(subject_.chat, max_input_tokens_,
                PriceOf(target.instance(), row.upstream_model()));
    if (cost.has_value()) row.set_max_cost_micro_usd(*cost);
    return row;
  }

  void Take(const ChosenTarget& chosen, TargetRemark remark) {
    const bool is_first = taken_.empty();
    const Target& target = *chosen.target;
    taken_.insert(chosen.target);
    std::string explanation = !chosen.reason.empty() ? chosen.reason
                              : is_first             ? "the first in order"
                                         : "if those before it fail";
    const Breaker* breaker = BreakerOf(target);
    if (breaker != nullptr &&
        breaker->state(subject_.now) == Breaker::State::kHalfOpen) {
      absl::StrAppend(&explanation, "; its breaker is half open: on trial");
    }
    const KeyRing& keys = *target.instance().keys;
    if (!keys.HasFree(subject_.now)) {
      absl::StrAppend(&explanation, keys.size() == 1
                                        ? "; its key rests"
                                        : "; all of its keys rest");
    }
    const ConcurrencyBound* bound = target.bound();
    if (bound != nullptr && bound->in_flight() >= bound->limit()) {
      absl::StrAppend(&explanation, "; its slots are all taken (",
                      bound->limit(), "), ", bound->queued(), " calls wait");
    }
    explanation += remark(target, is_first);
    *decision_.add_targets() = Describe(target, std::move(explanation));
  }

  void Skip(const Target& target, const Obstacle& obstacle) {
    v1::PlannedTarget& row = *decision_.add_skipped_targets();
    row = Describe(target, obstacle.explanation);
    row.set_reason(static_cast<v1::ErrorReason>(obstacle.reason));
  }

  const DecisionSubject& subject_;
  const std::vector<const Target*> candidates_;
  const std::optional<int64_t> max_input_tokens_;
  absl::flat_hash_map<const Target*, Place> places_;
  absl::flat_hash_set<const Target*> taken_;
  v1::RouteDecision decision_;
};

}  // namespace

v1::RouteDecision DescribeDecision(const DecisionSubject& subject,
                                   const std::vector<ChosenTarget>& chosen,
                                   TargetRemark remark) {
  return Writer(subject).Write(chosen, remark);
}

v1::RouteDecision DescribeRefusal(const DecisionSubject& subject,
                                  const Obstacle& obstacle) {
  return Writer(subject).WriteRefusal(obstacle);
}

}  // namespace aigateway

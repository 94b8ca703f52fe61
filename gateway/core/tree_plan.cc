#include "gateway/core/tree_plan.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"

#include "gateway/core/target_price.h"

namespace aigateway {
namespace {

// What of a group may be tried.
struct Branch {
  const TargetGroup* group = nullptr;
  std::vector<const Target*> targets;  // Null: a group, at `branches`.
  std::vector<std::unique_ptr<Branch>> branches;  // Parallel; empty: no groups.
  std::vector<TargetView> views;                  // Parallel.
};

class Planner {
 public:
  Planner(const std::vector<const Target*>& candidates,
          const RequestView& request, absl::Time now, bool drained_too,
          Random& random)
      : candidates_(candidates),
        request_(request),
        now_(now),
        drained_too_(drained_too),
        random_(random) {}

  std::vector<ChosenTarget> Run(const TargetGroup& root) {
    plan_.reserve(candidates_.size());
    Branch branch;
    Collect(root, root.strategy->LooksAtState(), branch);
    Order(branch, {});
    return std::move(plan_);
  }

 private:
  // Why a group stands where it does.
  struct Inherited {
    std::string reason;
    std::string condition;
    std::optional<CopyTerms> copy;
  };

  double WeightOf(double weight) const {
    return weight == 0 && drained_too_ ? 1 : weight;
  }

  // Candidates and tree have one order: one pass through both finds who is
  // there. The state of targets is gathered if a strategy further out looks at
  // it, or this one.
  void Collect(const TargetGroup& group, bool with_state, Branch& branch) {
    branch.group = &group;
    for (const TargetGroup::Member& member : group.members) {
      if (member.group == nullptr) {
        if (next_ == candidates_.size() ||
            candidates_[next_] != member.target) {
          continue;
        }
        ++next_;
        Add(branch, member.target, nullptr, ViewOf(*member.target, with_state));
        continue;
      }
      const TargetGroup& inner = *member.group;
      auto inside = std::make_unique<Branch>();
      Collect(inner, with_state || inner.strategy->LooksAtState(), *inside);
      if (inside->views.empty() || WeightOf(inner.weight) == 0) continue;
      TargetView view = ViewOf(*inside);
      Add(branch, nullptr, std::move(inside), std::move(view));
    }
  }

  static void Add(Branch& branch, const Target* target,
                  std::unique_ptr<Branch> inside, TargetView view) {
    if (inside != nullptr || !branch.branches.empty()) {
      branch.branches.resize(branch.views.size());
      branch.branches.push_back(std::move(inside));
    }
    branch.targets.push_back(target);
    branch.views.push_back(std::move(view));
  }

  TargetView ViewOf(const Target& target, bool with_state) const {
    TargetView view{.name = target.name(),
                    .weight = WeightOf(target.drained() ? 0 : target.weight()),
                    .label = target.label()};
    if (!with_state) return view;
    view.in_flight = target.stats().in_flight();
    if (const auto recent = target.stats().recent().Read(now_)) {
      view.latency = RecentLatency{.first_token = recent->mean,
                                   .age = recent->age,
                                   .failure_share = recent->failure_share};
    }
    if (const ModelPrice* price =
            PriceOf(target.instance(), target.UpstreamModel(request_.model))) {
      view.prices = TokenPrices{.input = price->input,
                                .cached_input = price->cached_input,
                                .output = price->output};
    }
    return view;
  }

  // A group is as good as its best member, and as busy as its idlest.
  TargetView ViewOf(const Branch& inside) const {
    TargetView view = inside.views.front();
    for (const TargetView& member : inside.views) {
      view.in_flight = std::min(view.in_flight, member.in_flight);
      if (member.latency.has_value() &&
          (!view.latency.has_value() ||
           member.latency->first_token < view.latency->first_token)) {
        view.latency = member.latency;
      }
      if (member.prices.has_value() &&
          (!view.prices.has_value() ||
           member.prices->input + member.prices->output <
               view.prices->input + view.prices->output)) {
        view.prices = member.prices;
      }
    }
    view.name = inside.group->name;
    view.weight = WeightOf(inside.group->weight);
    view.label = inside.group->label;
    return view;
  }

  void Order(const Branch& branch, const Inherited& inherited) {
    const std::vector<Choice> choices =
        branch.group->strategy->Plan(request_, branch.views, random_);
    // A group that only stands in for others makes no copies: most requests
    // never get to it.
    const bool leads = std::all_of(
        plan_.begin(), plan_.end(),
        [](const ChosenTarget& chosen) { return chosen.copy.has_value(); });
    for (const Choice& choice : choices) {
      // Registered from outside, a strategy may be wrong.
      if (choice.target >= branch.views.size()) continue;
      if (choice.copy.has_value() && !leads) continue;
      Inherited why = inherited;
      if (!choice.reason.empty()) {
        absl::StrAppend(&why.reason, why.reason.empty() ? "" : "; ",
                        choice.reason);
      }
      if (request_.explain && why.condition.empty() &&
          choice.condition.has_value()) {
        why.condition = absl::StrCat(branch.group->path, "strategy.conditions[",
                                     *choice.condition, "]");
      }
      if (!why.copy.has_value()) why.copy = choice.copy;
      const Target* target = branch.targets[choice.target];
      if (target == nullptr) {
        const size_t before = plan_.size();
        Order(*branch.branches[choice.target], why);
        // One copy is enough: to the group's first.
        if (why.copy.has_value() && plan_.size() > before) {
          plan_.erase(plan_.begin() + before + 1, plan_.end());
        }
        continue;
      }
      plan_.push_back({.target = target,
                       .reason = std::move(why.reason),
                       .condition = std::move(why.condition),
                       .copy = why.copy});
    }
  }

  const std::vector<const Target*>& candidates_;
  const RequestView& request_;
  const absl::Time now_;
  const bool drained_too_;
  Random& random_;
  size_t next_ = 0;  // The first candidate that was not met yet.
  std::vector<ChosenTarget> plan_;
};

}  // namespace

std::vector<ChosenTarget> PlanTree(const TargetGroup& root,
                                   const std::vector<const Target*>& candidates,
                                   const RequestView& request, absl::Time now,
                                   bool drained_too, Random& random) {
  return Planner(candidates, request, now, drained_too, random).Run(root);
}

}  // namespace aigateway

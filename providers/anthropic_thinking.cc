#include "providers/anthropic_thinking.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "providers/parameter_policy.h"

namespace aigateway {
namespace {

using Effort = AnthropicProfile::Effort;
using Kind = AnthropicThinkingPlan::Kind;
using Off = AnthropicProfile::ThinkingOff;

constexpr int64_t kLeastBudget = 1024;  // The API's.

// The words of `reasoning.effort` from the least on, what they become on a
// model that only knows budgets, and up to which budget they stand for one on a
// model that only knows words.
struct Level {
  absl::string_view word;
  int64_t budget_tokens;
  int64_t up_to_budget;
};
constexpr Level kLevels[] = {
    {"minimal", 1024, 0},   {"low", 2048, 4096},     {"medium", 8192, 12288},
    {"high", 16384, 32768}, {"xhigh", 32768, 65536}, {"max", 65536, INT64_MAX},
};

const Level* FindLevel(absl::string_view word) {
  const auto* const found =
      std::find_if(std::begin(kLevels), std::end(kLevels),
                   [&](const Level& level) { return level.word == word; });
  return found == std::end(kLevels) ? nullptr : found;
}

// The nearest level that the model knows; empty if it knows none.
absl::string_view EffortWord(const Level& level, Effort known) {
  if (known == Effort::kNone) return {};
  if (level.word == "minimal") return "low";
  if (level.word == "xhigh" && known == Effort::kToMax) return "max";
  if (known == Effort::kToHigh &&
      (level.word == "xhigh" || level.word == "max")) {
    return "high";
  }
  return level.word;
}

class Planner {
 public:
  Planner(int64_t max_tokens, bool may_use_budget, AnthropicCall& call)
      : max_tokens_(max_tokens),
        may_use_budget_(may_use_budget),
        call_(call),
        profile_(call.profile()) {}

  absl::StatusOr<AnthropicThinkingPlan> Plan(const Level* level,
                                             std::optional<int64_t> budget) {
    if (profile_.adaptive_thinking &&
        (!budget.has_value() || !profile_.budget_thinking)) {
      return Adaptive(level, budget);
    }
    if (!profile_.budget_thinking) {
      AIGW_RETURN_IF_ERROR(call_.policy().LeaveOut(
          Weight::kHint, "chat.reasoning", "is not known to this model"));
      return AnthropicThinkingPlan();
    }
    return Budget(level, budget);
  }

  AnthropicThinkingPlan SwitchedOff() {
    AnthropicThinkingPlan plan;
    switch (profile_.thinking_off) {
      case Off::kNotAsked:
        break;
      case Off::kDisabled:
        plan.kind = Kind::kDisabled;
        break;
      case Off::kBetweenTools:
        plan.kind = Kind::kBetweenTools;
        call_.policy().Note(
            "chat.reasoning: this model thinks between tool calls at least");
        break;
      case Off::kNever:
        plan.effort = "low";
        call_.policy().Note(
            "chat.reasoning: this model always thinks; the effort is 'low'");
        break;
    }
    return plan;
  }

 private:
  AnthropicThinkingPlan Adaptive(const Level* level,
                                 std::optional<int64_t> budget) {
    if (level == nullptr) {
      level = std::find_if(
          std::begin(kLevels), std::end(kLevels),
          [&](const Level& each) { return *budget <= each.up_to_budget; });
    }
    AnthropicThinkingPlan plan;
    plan.kind = Kind::kAdaptive;
    // Those before them give it by themselves.
    plan.summarized = !profile_.budget_thinking;
    plan.effort = EffortWord(*level, profile_.effort);
    if (budget.has_value()) {
      call_.policy().Note(absl::StrCat(
          "chat.reasoning.budget_tokens: this model knows no budget; the "
          "effort is '",
          plan.effort, "'"));
    } else {
      WarnOfEffort(*level, plan.effort);
    }
    return plan;
  }

  absl::StatusOr<AnthropicThinkingPlan> Budget(const Level* level,
                                               std::optional<int64_t> asked) {
    AnthropicThinkingPlan plan;
    if (level != nullptr) {
      plan.effort = EffortWord(*level, profile_.effort);
      if (!plan.effort.empty()) WarnOfEffort(*level, plan.effort);
    }
    if (!may_use_budget_) {
      call_.policy().Note(
          "chat.reasoning: the model does not think this time, as the tool "
          "calls that are answered came without thinking blocks");
      return plan;
    }
    if (max_tokens_ <= kLeastBudget) {
      AIGW_RETURN_IF_ERROR(
          call_.policy().LeaveOut(Weight::kHint, "chat.reasoning",
                                  "takes 1024 output tokens at least, and "
                                  "max_output_tokens has no room"));
      return plan;
    }
    // Half of the room at most for a budget of our own making.
    const int64_t most = asked.has_value()
                             ? max_tokens_ - 1
                             : std::max(kLeastBudget, max_tokens_ / 2);
    const int64_t wanted = asked.has_value() ? *asked : level->budget_tokens;
    plan.kind = Kind::kBudget;
    plan.budget_tokens = std::clamp(wanted, kLeastBudget, most);
    if (asked.has_value() && plan.budget_tokens != wanted) {
      call_.policy().Note(absl::StrCat(
          "chat.reasoning.budget_tokens was taken as ", plan.budget_tokens,
          ": at least 1024, and below the output tokens"));
    } else if (!asked.has_value() && plan.effort.empty()) {
      call_.policy().Note(absl::StrCat(
          "chat.reasoning.effort: this model knows budgets only; it is ",
          plan.budget_tokens, " tokens"));
    }
    return plan;
  }

  void WarnOfEffort(const Level& level, absl::string_view sent) {
    if (sent == level.word) return;
    call_.policy().Note(absl::StrCat("chat.reasoning.effort '", level.word,
                                     "' was taken as '", sent, "'"));
  }

  const int64_t max_tokens_;
  const bool may_use_budget_;
  AnthropicCall& call_;
  const AnthropicProfile& profile_;
};

}  // namespace

void AnthropicThinkingPlan::Write(JsonWriter& out) const {
  if (kind == Kind::kUnsaid) return;
  out.Key("thinking");
  out.StartObject();
  switch (kind) {
    case Kind::kUnsaid:
      break;
    case Kind::kDisabled:
      out.Field("type", "disabled");
      break;
    case Kind::kBetweenTools:
      out.Field("type", "between_tools");
      break;
    case Kind::kAdaptive:
      out.Field("type", "adaptive");
      break;
    case Kind::kBudget:
      out.Field("type", "enabled");
      out.IntField("budget_tokens", budget_tokens);
      break;
  }
  if (summarized) out.Field("display", "summarized");
  out.EndObject();
}

absl::StatusOr<AnthropicThinkingPlan> PlanAnthropicThinking(
    int64_t max_tokens, bool may_use_budget, AnthropicCall& call) {
  const v1::Reasoning& reasoning = call.chat().reasoning();
  const std::string word = absl::AsciiStrToLower(reasoning.effort());
  const Level* const level = FindLevel(word);
  if (level == nullptr && !word.empty() && word != "none") {
    return FieldError("chat.reasoning.effort",
                      "is none of none, minimal, low, medium, high, xhigh and "
                      "max");
  }
  std::optional<int64_t> budget;
  if (reasoning.has_budget_tokens()) budget = reasoning.budget_tokens();
  if (budget.has_value() && *budget < 0) {
    return FieldError("chat.reasoning.budget_tokens", "is below 0");
  }
  Planner planner(max_tokens, may_use_budget, call);
  if (word == "none" || budget == 0) return planner.SwitchedOff();
  if (level == nullptr && !budget.has_value()) return AnthropicThinkingPlan();
  return planner.Plan(level, budget);
}

}  // namespace aigateway

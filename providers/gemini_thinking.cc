#include "providers/gemini_thinking.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

// The words of v1, what a budget model is sent for each, and what a level model
// is.
struct Effort {
  absl::string_view word;
  int32_t budget_tokens;
  absl::string_view level;
};
constexpr int32_t kAllTokens = INT32_MAX;
constexpr Effort kEfforts[] = {
    {"none", 0, "MINIMAL"},      {"minimal", 1024, "MINIMAL"},
    {"low", 1024, "LOW"},        {"medium", 8192, "MEDIUM"},
    {"high", 24576, "HIGH"},     {"xhigh", kAllTokens, "HIGH"},
    {"max", kAllTokens, "HIGH"},
};

const Effort* FindEffort(absl::string_view word) {
  for (const Effort& effort : kEfforts) {
    if (effort.word == word) return &effort;
  }
  return nullptr;
}

// The least level that has room for a budget.
absl::string_view LevelFor(int32_t budget_tokens) {
  if (budget_tokens <= 512) return "MINIMAL";
  if (budget_tokens <= 1024) return "LOW";
  return budget_tokens <= 8192 ? "MEDIUM" : "HIGH";
}

GeminiThinking WithLevel(absl::string_view wanted, bool exact,
                         absl::string_view asked, const GeminiCall& call) {
  GeminiThinking thinking = {.is_sent = true, .include_thoughts = true};
  thinking.level =
      wanted == "MINIMAL" && !call.profile().minimal_level ? "LOW" : wanted;
  if (!exact || thinking.level != wanted) {
    call.policy().Note(absl::StrCat("chat.reasoning: ", asked, " was sent as ",
                                    "the level ", thinking.level));
  }
  return thinking;
}

GeminiThinking WithBudget(int32_t wanted, bool exact, absl::string_view asked,
                          const GeminiCall& call) {
  const GeminiProfile& profile = call.profile();
  const int32_t budget = wanted == 0 && profile.can_stop_thinking
                             ? 0
                             : std::clamp(wanted, profile.min_budget_tokens,
                                          profile.max_budget_tokens);
  if (!exact || budget != wanted) {
    call.policy().Note(absl::StrCat("chat.reasoning: ", asked,
                                    " was sent as a budget of ", budget,
                                    " tokens"));
  }
  return {.is_sent = true,
          .include_thoughts = budget != 0,
          .budget_tokens = budget};
}

}  // namespace

absl::StatusOr<GeminiThinking> PlanGeminiThinking(const GeminiCall& call) {
  if (!call.chat().has_reasoning()) return GeminiThinking();
  const v1::Reasoning& reasoning = call.chat().reasoning();
  const Effort* effort = nullptr;
  if (reasoning.has_effort()) {
    effort = FindEffort(reasoning.effort());
    if (effort == nullptr) {
      return FieldError("chat.reasoning.effort",
                        "must be none, minimal, low, medium, high, xhigh or "
                        "max");
    }
  }
  if (reasoning.budget_tokens() < 0) {
    return FieldError("chat.reasoning.budget_tokens", "must be at least 0");
  }
  const bool has_budget = reasoning.has_budget_tokens();
  const bool is_off = effort != nullptr
                          ? effort->word == "none"
                          : has_budget && reasoning.budget_tokens() == 0;
  const std::string asked_budget =
      absl::StrCat("budget_tokens ", reasoning.budget_tokens());
  const std::string asked_effort = absl::StrCat("effort ", reasoning.effort());

  switch (call.profile().thinking) {
    case GeminiProfile::Thinking::kNone:
      if (!is_off) {
        AIGW_RETURN_IF_ERROR(call.policy().LeaveOut(
            Weight::kHint, "chat.reasoning", "is not known to this model"));
      }
      return GeminiThinking();
    case GeminiProfile::Thinking::kBudget:
      if (has_budget) {
        return WithBudget(reasoning.budget_tokens(), /*exact=*/true,
                          asked_budget, call);
      }
      if (effort != nullptr) {
        const bool exact = effort->word == "none";
        return WithBudget(effort->budget_tokens, exact, asked_effort, call);
      }
      break;
    case GeminiProfile::Thinking::kLevel:
      if (effort != nullptr) {
        const bool exact = effort->word != "none" && effort->word != "xhigh" &&
                           effort->word != "max";
        return WithLevel(effort->level, exact, asked_effort, call);
      }
      if (has_budget) {
        return WithLevel(LevelFor(reasoning.budget_tokens()), /*exact=*/false,
                         asked_budget, call);
      }
      break;
  }
  return GeminiThinking{.is_sent = true, .include_thoughts = true};
}

}  // namespace aigateway

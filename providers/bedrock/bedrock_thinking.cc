#include "providers/bedrock/bedrock_thinking.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "providers/anthropic_call.h"
#include "providers/anthropic_parameters.h"
#include "providers/parameter_policy.h"

namespace aigateway {
namespace {

using Reasoning = BedrockProfile::Reasoning;

// The three efforts that other families know.
struct Level {
  absl::string_view word;
  absl::string_view sent;
};
constexpr Level kLevels[] = {
    {"minimal", "low"}, {"low", "low"},    {"medium", "medium"},
    {"high", "high"},   {"xhigh", "high"}, {"max", "high"},
};
constexpr int64_t kLowBudget = 4096;
constexpr int64_t kMediumBudget = 16384;

// What is asked for: "none", "low", "medium" or "high"; empty: nothing.
absl::StatusOr<absl::string_view> AskedEffort(const BedrockCall& call) {
  const v1::Reasoning& reasoning = call.chat.reasoning();
  const std::string word = absl::AsciiStrToLower(reasoning.effort());
  if (reasoning.budget_tokens() < 0) {
    return FieldError("chat.reasoning.budget_tokens", "is below 0");
  }
  if (word == "none" ||
      (reasoning.has_budget_tokens() && reasoning.budget_tokens() == 0)) {
    return absl::string_view("none");
  }
  for (const Level& level : kLevels) {
    if (level.word != word) continue;
    if (level.sent != word) {
      call.policy.Note(absl::StrCat("chat.reasoning.effort '", word,
                                    "' was taken as '", level.sent, "'"));
    }
    return level.sent;
  }
  if (!word.empty()) {
    return FieldError("chat.reasoning.effort",
                      "is none of none, minimal, low, medium, high, xhigh and "
                      "max");
  }
  if (!reasoning.has_budget_tokens()) return absl::string_view();
  const int64_t budget = reasoning.budget_tokens();
  const absl::string_view effort = budget <= kLowBudget      ? "low"
                                   : budget <= kMediumBudget ? "medium"
                                                             : "high";
  call.policy.Note(absl::StrCat(
      "chat.reasoning.budget_tokens: this model knows no budget; the effort is "
      "'",
      effort, "'"));
  return effort;
}

absl::StatusOr<BedrockThinking> PlanClaude(bool may_use_budget,
                                           const BedrockCall& call) {
  BedrockThinking plan;
  AnthropicCall claude(call.chat, call.model.name, call.on_unsupported,
                       call.warnings);
  AIGW_ASSIGN_OR_RETURN(const int64_t max_tokens, AnthropicMaxTokens(claude));
  if (call.chat.has_max_output_tokens()) plan.max_tokens = max_tokens;
  AIGW_ASSIGN_OR_RETURN(
      plan.claude, PlanAnthropicThinking(max_tokens, may_use_budget, claude));
  if (plan.claude.thinks()) plan.max_tokens = max_tokens;
  return plan;
}

}  // namespace

bool BedrockThinking::is_unsaid() const {
  return claude.kind == AnthropicThinkingPlan::Kind::kUnsaid &&
         claude.effort.empty() && nova.empty() && effort.empty();
}

void BedrockThinking::Write(JsonWriter& out) const {
  claude.Write(out);
  if (!claude.effort.empty()) {
    out.Key("output_config");
    out.StartObject();
    out.Field("effort", claude.effort);
    out.EndObject();
  }
  if (!nova.empty()) {
    out.Key("reasoningConfig");
    out.StartObject();
    const bool is_off = nova == "disabled";
    out.Field("type", is_off ? "disabled" : "enabled");
    if (!is_off) out.Field("maxReasoningEffort", nova);
    out.EndObject();
  }
  if (!effort.empty()) out.Field("reasoning_effort", effort);
}

absl::StatusOr<BedrockThinking> PlanBedrockThinking(bool may_use_budget,
                                                    const BedrockCall& call) {
  const Reasoning style = call.model.profile.reasoning;
  if (style == Reasoning::kClaude) return PlanClaude(may_use_budget, call);
  BedrockThinking plan;
  if (call.chat.has_max_output_tokens()) {
    if (call.chat.max_output_tokens() < 1) {
      return FieldError("chat.max_output_tokens", "is below 1");
    }
    plan.max_tokens = call.chat.max_output_tokens();
  }
  AIGW_ASSIGN_OR_RETURN(const absl::string_view asked, AskedEffort(call));
  if (asked.empty()) return plan;
  switch (style) {
    case Reasoning::kNova:
      plan.nova = asked == "none" ? "disabled" : asked;
      // The highest one is not taken together with a limit of tokens.
      if (plan.nova == "high" && plan.max_tokens.has_value()) {
        plan.nova = "medium";
        call.policy.Note(
            "chat.reasoning.effort 'high' was taken as 'medium': this model "
            "does not take it together with max_output_tokens");
      }
      return plan;
    case Reasoning::kEffort:
      plan.effort = asked == "none" ? "low" : asked;
      if (asked == "none") {
        call.policy.Note(
            "chat.reasoning: this model always thinks; the effort is 'low'");
      }
      return plan;
    case Reasoning::kClaude:
    case Reasoning::kNone:
      break;
  }
  if (asked == "none") return plan;
  AIGW_RETURN_IF_ERROR(
      call.policy.LeaveOut(Weight::kHint, "chat.reasoning",
                           "is not known to this model, or cannot be said; see "
                           "provider_options.bedrock"));
  return plan;
}

}  // namespace aigateway

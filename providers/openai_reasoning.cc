#include "providers/openai_reasoning.h"

#include "absl/strings/string_view.h"

namespace aigateway {
namespace {

// Groq: without it thoughts come within the text. A caller may say itself where
// they are to come.
void WriteFormat(const OpenAiInstance& instance, const ModelProfile& profile,
                 const v1::ChatRequest& chat, JsonWriter& out) {
  if (profile.reasoning_format.empty()) return;
  const auto own = chat.provider_options().find(instance.type);
  if (own != chat.provider_options().end() &&
      (own->second.fields().contains("reasoning_format") ||
       own->second.fields().contains("include_reasoning"))) {
    return;
  }
  out.Field("reasoning_format", profile.reasoning_format);
}

void WriteThinking(const Dialect& dialect, const OpenAiPlan& plan, bool on,
                   JsonWriter& out) {
  const ModelProfile* const profile = plan.profile;
  // Some refuse to be told what they do anyway.
  if (!on && profile != nullptr && profile->thinks == Thinks::kIfAsked) return;
  absl::string_view type = "disabled";
  if (on) {
    type = profile != nullptr && !profile->thinking_on.empty()
               ? profile->thinking_on
               : dialect.thinking_on;
  }
  out.Key("thinking");
  out.StartObject();
  out.Field("type", type);
  if (on && plan.budget.has_value()) {
    out.IntField("budget_tokens", *plan.budget);
  }
  out.EndObject();
  if (on && plan.style == ReasoningStyle::kThinkingEffort &&
      plan.effort.has_value()) {
    out.Field("reasoning_effort", *plan.effort);
  }
}

}  // namespace

void WriteOpenAiReasoning(const OpenAiInstance& instance,
                          const OpenAiPlan& plan, const v1::ChatRequest& chat,
                          JsonWriter& out) {
  if (plan.profile != nullptr) {
    WriteFormat(instance, *plan.profile, chat, out);
  }
  const bool on =
      plan.effort.has_value() ? *plan.effort != "none" : plan.thinks;
  const bool say = plan.effort.has_value() || plan.budget.has_value() ||
                   (plan.profile != nullptr && plan.profile->says_thinking);
  if (!say) return;
  switch (plan.style) {
    case ReasoningStyle::kUnsupported:
      return;
    case ReasoningStyle::kEffort:
      if (plan.effort.has_value()) {
        out.Field("reasoning_effort", *plan.effort);
      }
      return;
    case ReasoningStyle::kReasoning:
      out.Key("reasoning");
      out.StartObject();
      if (plan.budget.has_value() && *plan.budget > 0) {
        out.IntField("max_tokens", *plan.budget);
      } else if (plan.effort.has_value()) {
        out.Field("effort", *plan.effort);
      }
      out.EndObject();
      return;
    case ReasoningStyle::kThinking:
    case ReasoningStyle::kThinkingBudget:
    case ReasoningStyle::kThinkingEffort:
      WriteThinking(*instance.dialect, plan, on, out);
      return;
    case ReasoningStyle::kEnableThinking:
    case ReasoningStyle::kEnableThinkingBudget:
      out.BoolField("enable_thinking", on);
      if (on && plan.budget.has_value()) {
        out.IntField("thinking_budget", *plan.budget);
      }
      return;
  }
}

}  // namespace aigateway

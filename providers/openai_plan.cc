#include "providers/openai_plan.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "providers/openai_api.h"

namespace aigateway {
namespace {

using ToolChoice = OpenAiPlan::ToolChoice;

// What no Responses API has.
constexpr Parameters kNotOnResponses =
    kN | kSeed | kStop | kPenalties | kLogitBias | kMessageName | kAudio;

bool HasOffSwitch(ReasoningStyle style) {
  return style != ReasoningStyle::kUnsupported &&
         style != ReasoningStyle::kEffort &&
         style != ReasoningStyle::kReasoning;
}

bool IsLessThanHigh(absl::string_view effort) {
  return effort == "none" || effort == "minimal" || effort == "low" ||
         effort == "medium";
}

class Planner {
 public:
  Planner(const OpenAiInstance& instance, const v1::ChatRequest& chat,
          absl::string_view model, const ParameterPolicy& policy)
      : dialect_(*instance.dialect),
        chat_(chat),
        model_(model),
        policy_(policy) {
    if (dialect_.profiles != nullptr) {
      plan_.profile = FindModelProfile(*dialect_.profiles, model);
    }
    plan_.api = ChooseOpenAiApi(instance, chat, model);
    plan_.style = profile().reasoning.value_or(dialect_.reasoning);
    plan_.vendor_unsupported = dialect_.unsupported;
    if (plan_.api == OpenAiApi::kResponses) {
      // One way to say how much to think, if any.
      plan_.style = profile().reasoning == ReasoningStyle::kUnsupported
                        ? ReasoningStyle::kUnsupported
                        : ReasoningStyle::kEffort;
      plan_.vendor_unsupported =
          kNotOnResponses |
          dialect_.responses.unsupported.value_or(dialect_.unsupported);
    }
  }

  absl::StatusOr<OpenAiPlan> Make() {
    const bool on_chat = plan_.api == OpenAiApi::kChat;
    if (on_chat && !profile().on_chat) {
      return Error(ErrorReason::kModelNotFound,
                   absl::StrCat(model_, " is served by ", dialect_.type,
                                " on its Responses API only, and this target "
                                "speaks chat completions"),
                   {{"model", model_}});
    }
    AIGW_RETURN_IF_ERROR(PlanReasoning());
    if (on_chat && chat_.tools_size() > 0) {
      AIGW_RETURN_IF_ERROR(PlanThinkingWithTools());
    }
    AIGW_RETURN_IF_ERROR(PlanToolChoice());
    plan_.thinks = WillThink();
    plan_.unsupported =
        plan_.vendor_unsupported | profile().unsupported |
        (plan_.thinks ? profile().unsupported_while_thinking : 0);
    return std::move(plan_);
  }

 private:
  const ModelProfile& profile() const {
    static const auto* const plain = new ModelProfile();
    return plan_.profile == nullptr ? *plain : *plan_.profile;
  }

  // Whether the model thinks if asked as planned so far.
  bool WillThink() const {
    if (profile().thinks == Thinks::kAlways) return true;
    if (plan_.effort.has_value()) return *plan_.effort != "none";
    return profile().thinks == Thinks::kUnlessToldNot;
  }
  bool CanStopThinking() const {
    return profile().thinks != Thinks::kAlways &&
           plan_.style != ReasoningStyle::kUnsupported;
  }

  absl::Status PlanReasoning() {
    const v1::Reasoning& asked = chat_.reasoning();
    asked_ = asked.has_effort() || asked.has_budget_tokens();
    if (!asked_) return absl::OkStatus();
    const absl::string_view effort =
        asked.has_effort() ? absl::string_view(asked.effort())
                           : EffortForBudget(asked.budget_tokens());
    if (plan_.style == ReasoningStyle::kUnsupported) {
      if (effort == "none" && !WillThink()) return absl::OkStatus();
      return policy_.LeaveOut(
          Weight::kHint, "chat.reasoning",
          absl::StrCat("cannot be set for ", model_, " on ", dialect_.type));
    }
    const std::vector<absl::string_view>& known =
        profile().efforts.empty() ? dialect_.efforts : profile().efforts;
    // Those that are told to think or not need no word for it.
    const bool stops = effort == "none" && HasOffSwitch(plan_.style) &&
                       profile().thinks != Thinks::kAlways;
    plan_.effort = std::string(
        known.empty() || stops ? effort : NearestEffort(effort, known));
    if (plan_.style == ReasoningStyle::kThinking ||
        plan_.style == ReasoningStyle::kEnableThinking) {
      if (effort == "none") return absl::OkStatus();
      return policy_.LeaveOut(
          Weight::kHint,
          asked.has_effort() ? "chat.reasoning.effort"
                             : "chat.reasoning.budget_tokens",
          absl::StrCat("cannot be said to ", model_,
                       ", which is only told whether to think"));
    }
    const bool takes_budget =
        plan_.style == ReasoningStyle::kThinkingBudget ||
        plan_.style == ReasoningStyle::kEnableThinkingBudget ||
        plan_.style == ReasoningStyle::kReasoning;
    if (asked.has_budget_tokens() && takes_budget) {
      plan_.budget = asked.budget_tokens();
    } else if (plan_.style == ReasoningStyle::kThinkingBudget) {
      plan_.budget = BudgetForEffort(*plan_.effort);
    } else if (plan_.style == ReasoningStyle::kEnableThinkingBudget &&
               IsLessThanHigh(*plan_.effort)) {
      // Without a budget a model thinks as much as it can.
      plan_.budget = BudgetForEffort(*plan_.effort);
    }
    // What is written must have room for more than thoughts.
    if (plan_.budget.has_value() && chat_.max_output_tokens() > 0) {
      plan_.budget = std::min(*plan_.budget, chat_.max_output_tokens() - 1);
    }
    if (takes_budget && asked.has_budget_tokens()) return absl::OkStatus();
    if (asked.has_budget_tokens() && !asked.has_effort()) {
      policy_.Note(absl::StrCat("chat.reasoning.budget_tokens: sent as effort ",
                                *plan_.effort, " to ", model_));
    } else if (*plan_.effort != effort) {
      policy_.Note(absl::StrCat("chat.reasoning.effort: sent as ",
                                *plan_.effort, ", the nearest that ", model_,
                                " has"));
    }
    return absl::OkStatus();
  }

  absl::Status PlanThinkingWithTools() {
    const bool wants_effort =
        plan_.effort.has_value() && *plan_.effort != "none";
    switch (profile().tools) {
      case ThinkingWithTools::kYes:
        return absl::OkStatus();
      case ThinkingWithTools::kNeverOnChat:
        return FieldError("chat.tools",
                          absl::StrCat("are taken by ", model_,
                                       " on the Responses API only, and this "
                                       "target speaks chat completions"),
                          ErrorReason::kUnsupportedParameter);
      case ThinkingWithTools::kNotWithEffort:
        if (!wants_effort) return absl::OkStatus();
        plan_.effort.reset();
        return policy_.LeaveOut(Weight::kHint, "chat.reasoning",
                                NotWithTools("cannot be set"));
      case ThinkingWithTools::kOnlyIfToldNot:
        plan_.effort = "none";
        if (wants_effort) {
          return policy_.LeaveOut(Weight::kHint, "chat.reasoning",
                                  NotWithTools("cannot be had"));
        }
        if (!asked_) {
          policy_.Note(absl::StrCat("chat.reasoning: sent as none: it ",
                                    NotWithTools("cannot be had")));
        }
        return absl::OkStatus();
    }
    return absl::OkStatus();
  }

  std::string NotWithTools(absl::string_view what) const {
    return absl::StrCat(what, " together with tools: ", model_,
                        " takes both on the Responses API only");
  }

  absl::Status PlanToolChoice() {
    const v1::ToolChoice& choice = chat_.tool_choice();
    switch (choice.choice_case()) {
      case v1::ToolChoice::CHOICE_NOT_SET:
        return absl::OkStatus();
      case v1::ToolChoice::kName:
        plan_.tool_choice = ToolChoice::kNamed;
        break;
      case v1::ToolChoice::kMode:
        plan_.tool_choice = FromMode(choice.mode());
        break;
    }
    const bool forced = plan_.tool_choice == ToolChoice::kRequired ||
                        plan_.tool_choice == ToolChoice::kNamed;
    if (chat_.tools_size() == 0) {
      if (forced) {
        return FieldError("chat.tool_choice", "needs tools to choose from");
      }
      plan_.tool_choice = ToolChoice::kUnsaid;
      return absl::OkStatus();
    }
    if (plan_.tool_choice == ToolChoice::kAuto ||
        plan_.tool_choice == ToolChoice::kUnsaid) {
      return absl::OkStatus();
    }
    const Parameters unsupported =
        plan_.vendor_unsupported | profile().unsupported;
    if ((unsupported & kToolChoice) != 0) {
      return DropToolChoice(absl::StrCat("is not known to ", dialect_.type));
    }
    return forced ? PlanForcedTool() : absl::OkStatus();
  }

  absl::Status PlanForcedTool() {
    const bool named = plan_.tool_choice == ToolChoice::kNamed;
    switch (profile().forced_tool) {
      case ForcedTool::kYes:
        if (named && dialect_.named_tool_alone) OfferAlone();
        return absl::OkStatus();
      case ForcedTool::kRequiredOnly:
        if (named) OfferAlone();
        return absl::OkStatus();
      case ForcedTool::kNo:
        return DropToolChoice(absl::StrCat("cannot force a tool on ", model_));
      case ForcedTool::kNotWhileThinking:
        if (!WillThink()) return absl::OkStatus();
        if (asked_ || !CanStopThinking()) {
          return DropToolChoice(absl::StrCat("cannot force a tool on ", model_,
                                             " while it thinks"));
        }
        // Nobody asked for its thoughts, but for the tool.
        plan_.effort = "none";
        policy_.Note(absl::StrCat("chat.reasoning: sent as none: ", model_,
                                  " cannot be made to call a tool while it "
                                  "thinks"));
        return absl::OkStatus();
    }
    return absl::OkStatus();
  }

  void OfferAlone() {
    plan_.only_tool = chat_.tool_choice().name();
    plan_.tool_choice = ToolChoice::kRequired;
  }

  absl::Status DropToolChoice(absl::string_view why) {
    plan_.tool_choice = ToolChoice::kUnsaid;
    return policy_.LeaveOut(Weight::kMeaning, "chat.tool_choice", why);
  }

  static ToolChoice FromMode(v1::ToolChoiceMode mode) {
    switch (mode) {
      case v1::TOOL_CHOICE_MODE_AUTO:
        return ToolChoice::kAuto;
      case v1::TOOL_CHOICE_MODE_NONE:
        return ToolChoice::kNone;
      case v1::TOOL_CHOICE_MODE_REQUIRED:
        return ToolChoice::kRequired;
      default:
        return ToolChoice::kUnsaid;
    }
  }

  const Dialect& dialect_;
  const v1::ChatRequest& chat_;
  const absl::string_view model_;
  const ParameterPolicy& policy_;
  bool asked_ = false;  // Whether the caller said how much to think.
  OpenAiPlan plan_;
};

}  // namespace

absl::StatusOr<OpenAiPlan> OpenAiPlan::Make(const OpenAiInstance& instance,
                                            const v1::ChatRequest& chat,
                                            absl::string_view model,
                                            const ParameterPolicy& policy) {
  return Planner(instance, chat, model, policy).Make();
}

int PlannedChoices(const OpenAiInstance& instance, const v1::ChatRequest& chat,
                   absl::string_view model) {
  if (chat.n() <= 1) return 1;
  const Dialect& dialect = *instance.dialect;
  Parameters unsupported = dialect.unsupported;
  if (dialect.profiles != nullptr) {
    const ModelProfile* const profile =
        FindModelProfile(*dialect.profiles, model);
    if (profile != nullptr) unsupported |= profile->unsupported;
  }
  return (unsupported & kN) != 0 ? 1 : chat.n();
}

std::string OpenAiPlan::Why(Parameters parameter, const Dialect& dialect,
                            absl::string_view model) const {
  if ((vendor_unsupported & parameter) != 0) {
    return absl::StrCat(
        "is not known to ",
        api == OpenAiApi::kResponses ? "the Responses API of " : "",
        dialect.type);
  }
  const bool always =
      profile != nullptr && (profile->unsupported & parameter) != 0;
  const bool could_stop =
      profile != nullptr && profile->thinks != Thinks::kAlways;
  return absl::StrCat("is not taken by ", model,
                      !always && could_stop ? " while it thinks" : "");
}

}  // namespace aigateway

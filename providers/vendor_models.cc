// The model profiles of vendors. Dates and names as of November 2026; unknown
// newer names of a family fit its last, open row, so that they are treated as
// the newest known ones are.

#include <vector>

#include "providers/model_profile.h"

namespace aigateway {
namespace {

// What OpenAI's models refuse while they think.
constexpr Parameters kNotWhileThinking =
    kSampling | kPenalties | kLogitBias | kLogprobs;

}  // namespace

const std::vector<ModelProfile>& OpenAiModels() {
  static const auto* const models = new std::vector<ModelProfile>{
      // On /responses only.
      {.pattern = "gpt-*-pro", .thinks = Thinks::kAlways, .on_chat = false},
      {.pattern = "gpt-*-codex", .thinks = Thinks::kAlways, .on_chat = false},
      {.pattern = "codex-", .thinks = Thinks::kAlways, .on_chat = false},
      {.pattern = "o1-pro", .thinks = Thinks::kAlways, .on_chat = false},
      {.pattern = "o3-pro", .thinks = Thinks::kAlways, .on_chat = false},
      // The o series always thinks.
      {.pattern = "o1-mini",
       .unsupported = kNotWhileThinking,
       .reasoning = ReasoningStyle::kUnsupported,
       .thinks = Thinks::kAlways,
       .system_role = SystemRole::kUser},
      {.pattern = "o1-preview",
       .unsupported = kNotWhileThinking,
       .reasoning = ReasoningStyle::kUnsupported,
       .thinks = Thinks::kAlways,
       .system_role = SystemRole::kUser},
      {.pattern = "o1",
       .unsupported = kNotWhileThinking,
       .efforts = {"low", "medium", "high"},
       .thinks = Thinks::kAlways},
      {.pattern = "o3",
       .unsupported = kNotWhileThinking | kStop,
       .efforts = {"low", "medium", "high"},
       .thinks = Thinks::kAlways},
      {.pattern = "o4",
       .unsupported = kNotWhileThinking | kStop,
       .efforts = {"low", "medium", "high"},
       .thinks = Thinks::kAlways},
      // These do not think.
      {.pattern = "gpt-3", .reasoning = ReasoningStyle::kUnsupported},
      {.pattern = "gpt-4", .reasoning = ReasoningStyle::kUnsupported},
      {.pattern = "chatgpt-", .reasoning = ReasoningStyle::kUnsupported},
      {.pattern = "gpt-5-chat", .reasoning = ReasoningStyle::kUnsupported},
      // The chat variants from 5.1 on always think, by no effort of ours.
      {.pattern = "gpt-*-chat",
       .unsupported = kNotWhileThinking,
       .reasoning = ReasoningStyle::kUnsupported,
       .thinks = Thinks::kAlways},
      {.pattern = "gpt-5.1",
       .unsupported_while_thinking = kNotWhileThinking,
       .efforts = {"none", "low", "medium", "high"}},
      {.pattern = "gpt-5.2",
       .unsupported_while_thinking = kNotWhileThinking,
       .efforts = {"none", "low", "medium", "high", "xhigh"}},
      {.pattern = "gpt-5.3",
       .unsupported_while_thinking = kNotWhileThinking,
       .efforts = {"none", "low", "medium", "high", "xhigh"}},
      {.pattern = "gpt-5.4",
       .unsupported_while_thinking = kNotWhileThinking,
       .efforts = {"none", "low", "medium", "high", "xhigh"},
       .tools = ThinkingWithTools::kNotWithEffort},
      {.pattern = "gpt-5.5",
       .unsupported_while_thinking = kNotWhileThinking,
       .efforts = {"none", "low", "medium", "high", "xhigh"},
       .thinks = Thinks::kUnlessToldNot,
       .tools = ThinkingWithTools::kNotWithEffort},
      {.pattern = "gpt-5.",  // 5.6 and what comes after it.
       .unsupported_while_thinking = kNotWhileThinking,
       .efforts = {"none", "low", "medium", "high", "xhigh", "max"},
       .thinks = Thinks::kUnlessToldNot,
       .tools = ThinkingWithTools::kOnlyIfToldNot,
       .takes_cache_marks = true},
      {.pattern = "gpt-5",
       .unsupported = kNotWhileThinking,
       .efforts = {"minimal", "low", "medium", "high"},
       .thinks = Thinks::kAlways},
      {.pattern = "gpt-6-astra",
       .unsupported = kNotWhileThinking,
       .efforts = {"low", "medium", "high", "xhigh", "max"},
       .thinks = Thinks::kAlways,
       .tools = ThinkingWithTools::kNeverOnChat,
       .takes_cache_marks = true},
      {.pattern = "gpt-6.1-sol",
       .unsupported = kNotWhileThinking,
       .efforts = {"low", "medium", "high", "xhigh", "max"},
       .thinks = Thinks::kAlways,
       .tools = ThinkingWithTools::kNeverOnChat,
       .takes_cache_marks = true},
      // Open weights, on Azure and elsewhere: no version of the family.
      {.pattern = "gpt-oss", .efforts = {"low", "medium", "high"}},
      {.pattern = "gpt-",  // 6 and what comes after it.
       .unsupported_while_thinking = kNotWhileThinking,
       .efforts = {"none", "low", "medium", "high", "xhigh", "max"},
       .thinks = Thinks::kUnlessToldNot,
       .tools = ThinkingWithTools::kOnlyIfToldNot,
       .takes_cache_marks = true},
  };
  return *models;
}

const std::vector<ModelProfile>& XaiModels() {
  constexpr Parameters kReasoner = kStop | kPenalties;
  static const auto* const models = new std::vector<ModelProfile>{
      {.pattern = "grok-*non-reasoning",
       .reasoning = ReasoningStyle::kUnsupported},
      {.pattern = "grok-2", .reasoning = ReasoningStyle::kUnsupported},
      {.pattern = "grok-3-mini",
       .unsupported = kReasoner,
       .efforts = {"low", "high"},
       .thinks = Thinks::kAlways},
      {.pattern = "grok-3", .reasoning = ReasoningStyle::kUnsupported},
      {.pattern = "grok-4.20",
       .unsupported = kReasoner,
       .reasoning = ReasoningStyle::kUnsupported,
       .thinks = Thinks::kAlways},
      {.pattern = "grok-4.3",
       .unsupported_while_thinking = kReasoner,
       .efforts = {"none", "low", "medium", "high"},
       .thinks = Thinks::kUnlessToldNot},
      {.pattern = "grok-4.5",
       .unsupported = kReasoner,
       .efforts = {"low", "medium", "high"},
       .thinks = Thinks::kAlways},
      {.pattern = "grok-4.",  // 4.6 and what comes after it.
       .unsupported = kReasoner,
       .efforts = {"low", "medium", "high", "xhigh"},
       .thinks = Thinks::kAlways},
      {.pattern = "grok-4",
       .unsupported = kReasoner,
       .reasoning = ReasoningStyle::kUnsupported,
       .thinks = Thinks::kAlways},
      {.pattern = "grok-code",
       .unsupported = kReasoner,
       .reasoning = ReasoningStyle::kUnsupported,
       .thinks = Thinks::kAlways},
      {.pattern = "grok-",
       .unsupported = kReasoner,
       .efforts = {"low", "medium", "high", "xhigh"},
       .thinks = Thinks::kAlways},
  };
  return *models;
}

const std::vector<ModelProfile>& DeepSeekModels() {
  static const auto* const models = new std::vector<ModelProfile>{
      {.pattern = "deepseek-",
       .unsupported_while_thinking = kSampling,
       .efforts = {"low", "high", "max"},
       .thinks = Thinks::kUnlessToldNot,
       .forced_tool = ForcedTool::kNotWhileThinking},
  };
  return *models;
}

const std::vector<ModelProfile>& MoonshotModels() {
  // Kimi fixes them; any other value is refused.
  constexpr Parameters kFixed = kSampling | kPenalties | kN;
  static const auto* const models = new std::vector<ModelProfile>{
      {.pattern = "kimi-k2-", .reasoning = ReasoningStyle::kUnsupported},
      {.pattern = "k*2.7",
       .unsupported = kFixed,
       .reasoning = ReasoningStyle::kUnsupported,
       .thinks = Thinks::kAlways,
       .forced_tool = ForcedTool::kNo},
      {.pattern = "k*2.",
       .unsupported = kFixed,
       .reasoning = ReasoningStyle::kThinking,
       .thinks = Thinks::kUnlessToldNot,
       .forced_tool = ForcedTool::kNotWhileThinking},
      {.pattern = "k",  // kimi-k3 and what comes after it.
       .unsupported = kFixed,
       .reasoning = ReasoningStyle::kEffort,
       .efforts = {"low", "high", "max"},
       .thinks = Thinks::kAlways,
       .forced_tool = ForcedTool::kRequiredOnly},
  };
  return *models;
}

const std::vector<ModelProfile>& ZaiModels() {
  static const auto* const models = new std::vector<ModelProfile>{
      // Up to 5.2 it is told whether to think, not how much.
      {.pattern = "glm-3", .thinks = Thinks::kUnlessToldNot},
      {.pattern = "glm-4", .thinks = Thinks::kUnlessToldNot},
      {.pattern = "glm-z", .thinks = Thinks::kUnlessToldNot},
      {.pattern = "glm-5.1", .thinks = Thinks::kUnlessToldNot},
      {.pattern = "glm-5.2", .thinks = Thinks::kUnlessToldNot},
      {.pattern = "glm-5.",  // 5.3 and what comes after it.
       .reasoning = ReasoningStyle::kEffort,
       .efforts = {"low", "high", "max"},
       .thinks = Thinks::kAlways},
      {.pattern = "glm-5", .thinks = Thinks::kUnlessToldNot},
      {.pattern = "glm-",
       .reasoning = ReasoningStyle::kEffort,
       .efforts = {"low", "high", "max"},
       .thinks = Thinks::kAlways},
  };
  return *models;
}

const std::vector<ModelProfile>& GroqModels() {
  static const auto* const models = new std::vector<ModelProfile>{
      // It gives its thoughts apart, and refuses a reasoning_format.
      {.pattern = "*gpt-oss",
       .efforts = {"low", "medium", "high"},
       .thinks = Thinks::kAlways},
      {.pattern = "*qwen",
       .efforts = {"none", "default"},
       .thinks = Thinks::kUnlessToldNot,
       .reasoning_format = "parsed"},
      {.pattern = "", .reasoning = ReasoningStyle::kUnsupported},
  };
  return *models;
}

const std::vector<ModelProfile>& CerebrasModels() {
  static const auto* const models = new std::vector<ModelProfile>{
      {.pattern = "gpt-oss",
       .efforts = {"low", "medium", "high"},
       .thinks = Thinks::kAlways,
       .forced_tool = ForcedTool::kNo},
      {.pattern = "qwen*coder", .forced_tool = ForcedTool::kNo},
      {.pattern = "zai-glm", .history = ReasoningHistory::kThinkTags},
      {.pattern = "glm", .history = ReasoningHistory::kThinkTags},
  };
  return *models;
}

const std::vector<ModelProfile>& MinimaxModels() {
  static const auto* const models = new std::vector<ModelProfile>{
      {.pattern = "minimax-m2",
       .reasoning = ReasoningStyle::kUnsupported,
       .thinks = Thinks::kAlways},
      {.pattern = "minimax-m",  // M3 and what comes after it.
       .thinks = Thinks::kUnlessToldNot,
       .says_thinking = true},
  };
  return *models;
}

const std::vector<ModelProfile>& DatabricksModels() {
  // Claude's own API differs by generation, and so does what is behind this.
  constexpr Parameters kNotClaudes = kJsonObject | kJsonSchema | kN | kLogprobs;
  static const ModelProfile kByBudget = {
      .unsupported = kNotClaudes,
      .unsupported_while_thinking = kSampling,
      .reasoning = ReasoningStyle::kThinkingBudget,
      .forced_tool = ForcedTool::kNotWhileThinking,
      .takes_cache_marks = true};
  static const ModelProfile kAdaptive = {.unsupported = kNotClaudes | kSampling,
                                         .reasoning = ReasoningStyle::kThinking,
                                         .thinking_on = "adaptive",
                                         .takes_cache_marks = true};
  static const ModelProfile kNewest = [] {
    ModelProfile profile = kAdaptive;
    profile.forced_tool = ForcedTool::kNo;
    return profile;
  }();
  const auto with = [](absl::string_view pattern, ModelProfile profile) {
    profile.pattern = pattern;
    return profile;
  };
  static const auto* const models = new std::vector<ModelProfile>{
      with("*claude-3", kByBudget),        with("*claude-opus-4-7", kAdaptive),
      with("*claude-opus-4-8", kAdaptive), with("*claude-*-4", kByBudget),
      with("*claude-opus-5-5", kNewest),   with("*claude-sonnet-5-5", kNewest),
      with("*claude-fable", kNewest),      with("*claude-mythos", kNewest),
      with("*claude", kAdaptive),  // 5 and what comes after it.
  };
  return *models;
}

const std::vector<ModelProfile>& SnowflakeModels() {
  static const auto* const models = new std::vector<ModelProfile>{
      // Thinking, it takes no temperature but 1.
      {.pattern = "claude", .unsupported_while_thinking = kSampling},
      {.pattern = "openai-gpt-"},
      // The open models refuse tools and pass over the form.
      {.pattern = "",
       .unsupported = kTools | kJsonObject | kJsonSchema,
       .reasoning = ReasoningStyle::kUnsupported},
  };
  return *models;
}

}  // namespace aigateway

#ifndef AIGATEWAY_PROVIDERS_MODEL_PROFILE_H_
#define AIGATEWAY_PROVIDERS_MODEL_PROFILE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "providers/parameters.h"
#include "providers/prefill.h"

namespace aigateway {

// How it is said how much to think.
enum class ReasoningStyle {
  kUnsupported,     // Not at all: what is asked for is left out.
  kEffort,          // "reasoning_effort": "high"
  kReasoning,       // "reasoning": {"effort": "high"} or {"max_tokens": 1024}
  kThinking,        // "thinking": {"type": "enabled"}
  kThinkingBudget,  // The same, with "budget_tokens".
  kThinkingEffort,  // The same, with "reasoning_effort" beside it.
  kEnableThinking,  // "enable_thinking": true
  kEnableThinkingBudget,  // The same, with "thinking_budget".
};

// When a model thinks.
enum class Thinks {
  kIfAsked,
  kUnlessToldNot,
  kAlways,
};

// When a model may be made to call a tool (tool_choice required, or a name).
enum class ForcedTool {
  kYes,
  kNotWhileThinking,
  kRequiredOnly,  // "required", but not a name.
  kNo,
};

// What the instructions' role is called.
enum class SystemRole {
  kSystem,   // Developer is sent as system.
  kAsGiven,  // System and developer are both known.
  kUser,     // Neither is known: both are sent as user.
};

// Whether a model takes tools on chat completions, where it thinks.
enum class ThinkingWithTools {
  kYes,
  kNotWithEffort,  // Not if an effort is asked for.
  kOnlyIfToldNot,  // Only with the effort "none".
  kNeverOnChat,    // It cannot stop thinking: only on /responses.
};

// How earlier reasoning goes back with an assistant message.
enum class ReasoningHistory {
  kLeftOut,
  kReasoningContent,        // "reasoning_content": "..."
  kReasoningContentAlways,  // The same, "" where there was none.
  kReasoning,               // "reasoning": "..."
  kReasoningDetails,        // "reasoning_details": [...] as they came.
  kThinkingParts,           // Mistral: content [{"type":"thinking",...}, ...]
  kReasoningParts,          // Databricks: content [{"type":"reasoning",...}]
  kThinkTags,               // "<think>...</think>" before the content.
};

// What a family of models differs in from its vendor's dialect. A row of data;
// the defaults say that it does not.
struct ModelProfile {
  // The name of the model, where '*' stands for any text and the end is open.
  absl::string_view pattern;

  Parameters unsupported = 0;                 // Beside the dialect's.
  Parameters unsupported_while_thinking = 0;  // Beside `unsupported`.
  std::optional<ReasoningStyle> reasoning;    // Instead of the dialect's.
  // The efforts that it knows, least first. Empty: the dialect's.
  std::vector<absl::string_view> efforts;
  Thinks thinks = Thinks::kIfAsked;
  bool says_thinking = false;  // Say it also where nothing was asked.
  // The type of "thinking". Empty: the dialect's.
  absl::string_view thinking_on;
  // Groq: what must be said so that thoughts do not come within the text.
  // Empty: nothing, or it is refused.
  absl::string_view reasoning_format;
  ThinkingWithTools tools = ThinkingWithTools::kYes;
  ForcedTool forced_tool = ForcedTool::kYes;
  std::optional<SystemRole> system_role;    // Instead of the dialect's.
  bool on_chat = true;                      // False: /responses only.
  bool takes_cache_marks = false;           // Where that goes by model.
  std::optional<ReasoningHistory> history;  // Instead of the dialect's.
};

// Finds the first profile that fits `model`; the marks of fine-tuning ("ft:")
// are passed over. Null if none does: the model is then sent what the caller
// says.
const ModelProfile* FindModelProfile(absl::Span<const ModelProfile> profiles,
                                     absl::string_view model);

// The effort of `known` (not empty) that is nearest to `asked`; of two the one
// nearer to "high", as vendors have it. `asked` itself if it is in `known`, or
// is a word that we do not know.
absl::string_view NearestEffort(absl::string_view asked,
                                absl::Span<const absl::string_view> known);

// The effort that stands for a budget of tokens to think with: "none" for 0,
// "low" to 4,096, "medium" to 16,384, "high" above.
absl::string_view EffortForBudget(int32_t budget_tokens);

// The same the other way, for models that know budgets alone; 0 for "none".
// "high" and above are the most that is given, where a model must be told one.
int32_t BudgetForEffort(absl::string_view effort);

// The profiles of vendors, most special first; `Dialect.profiles`.
const std::vector<ModelProfile>& OpenAiModels();
const std::vector<ModelProfile>& XaiModels();
const std::vector<ModelProfile>& DeepSeekModels();
const std::vector<ModelProfile>& MoonshotModels();
const std::vector<ModelProfile>& ZaiModels();
const std::vector<ModelProfile>& GroqModels();
const std::vector<ModelProfile>& CerebrasModels();
const std::vector<ModelProfile>& MinimaxModels();
const std::vector<ModelProfile>& DatabricksModels();
const std::vector<ModelProfile>& SnowflakeModels();

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_MODEL_PROFILE_H_

#ifndef AIGATEWAY_PROVIDERS_GEMINI_PROFILE_H_
#define AIGATEWAY_PROVIDERS_GEMINI_PROFILE_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace aigateway {

// What one generation of Gemini takes, and what it refuses or ignores:
// generateContent is one API, its models are not. Immutable.
struct GeminiProfile {
  // How the model is told how much to think.
  enum class Thinking {
    kNone,    // It does not think.
    kBudget,  // thinkingConfig.thinkingBudget, in tokens.
    kLevel,   // thinkingConfig.thinkingLevel, a word.
  };

  Thinking thinking = Thinking::kLevel;
  // With kBudget: the least and the most that may be asked for, and whether 0
  // switches it off.
  int32_t min_budget_tokens = 0;
  int32_t max_budget_tokens = 0;
  bool can_stop_thinking = false;
  // With kLevel: whether MINIMAL is a word it knows.
  bool minimal_level = false;

  bool sampling = false;         // temperature, topP.
  bool several_choices = false;  // candidateCount.
  // Whether it goes on from a model turn at the end of the conversation.
  bool prefill = false;
  // Whether function calls have ids.
  bool call_ids = true;
  // Whether a function call in the history needs its thoughtSignature.
  bool signed_calls = true;
  // Whether parametersJsonSchema and responseJsonSchema are taken, and a
  // functionCallingConfig of VALIDATED.
  bool json_schema = true;
};

// The profile of `model`, with or without "models/" or another path in front,
// by its longest known prefix. What is not known is taken for the newest
// generation. Valid for ever.
const GeminiProfile& GeminiProfileFor(absl::string_view model);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_PROFILE_H_

#ifndef AIGATEWAY_STRATEGIES_PROMPT_VIEW_H_
#define AIGATEWAY_STRATEGIES_PROMPT_VIEW_H_

#include <cstdint>
#include <string>

#include "aigateway/v1/chat.pb.h"

namespace aigateway {

// The text of all messages in order, each part on a line of its own: what rules
// on the prompt look at. Images, files and tool calls have none.
std::string PromptText(const v1::ChatRequest& chat);

// About how many tokens the prompt has: a quarter of the bytes of its text, of
// its tool calls and of the tools' definitions, rounded up. No tokenizer is
// asked: it is for rules that tell long prompts from short ones.
int64_t EstimatePromptTokens(const v1::ChatRequest& chat);

// The same, and how many of them stand before the last mark by which the caller
// asks for the prompt to be cached: tools first, then messages.
struct PromptTokens {
  int64_t all = 0;
  int64_t marked_cached = 0;
};
PromptTokens EstimatePrompt(const v1::ChatRequest& chat);

}  // namespace aigateway

#endif  // AIGATEWAY_STRATEGIES_PROMPT_VIEW_H_

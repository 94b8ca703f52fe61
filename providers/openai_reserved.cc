#include "providers/openai_reserved.h"

namespace aigateway {
namespace {

constexpr absl::string_view kReserved[] = {
    // What is said, and to whom.
    "model",
    "models",
    "messages",
    "prompt",
    "input",
    "instructions",
    "system",
    "system_prompt",
    // What a server has kept of what was said: no guard saw it.
    "previous_response_id",
    "conversation",
    // How many, how long, how.
    "n",
    "num_return_sequences",
    "max_tokens",
    "max_completion_tokens",
    "max_output_tokens",
    "max_new_tokens",
    "max_tokens_to_sample",
    "num_predict",
    "n_predict",
    "max_length",
    "stop",
    "stop_sequences",
    "temperature",
    "top_p",
    "seed",
    "random_seed",
    "presence_penalty",
    "frequency_penalty",
    "logit_bias",
    "logprobs",
    "top_logprobs",
    // Tools and form.
    "tools",
    "tool_choice",
    "tool_config",
    "functions",
    "function_call",
    "parallel_tool_calls",
    "disable_parallel_tool_use",
    "response_format",
    "guided_json",
    "json_schema",
    "structured_outputs.json",
    "structured_outputs.json_object",
    "text.format",
    // How much to think.
    "reasoning_effort",
    "effort",
    "budget_tokens",
    "thinking_budget",
    "enable_thinking",
    "thinking.type",
    "reasoning.enabled",
    // By whom, and how it is carried.
    "user",
    "safety_identifier",
    "service_tier",
    "stream",
    "background",
};

}  // namespace

absl::Span<const absl::string_view> OpenAiReservedNames() { return kReserved; }

}  // namespace aigateway

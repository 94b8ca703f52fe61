#include "providers/replicate/replicate_inputs.h"

#include "absl/strings/match.h"

namespace aigateway {
namespace {

// As the models' pages at replicate.com have it. The last row is for all whose
// family is not known.
constexpr ReplicateInputs kFamilies[] = {
    {.prefix = "anthropic/",
     .temperature = false,
     .top_p = false,
     .image = "image"},
    {.prefix = "deepseek-ai/", .system = "", .penalties = true},
    {.prefix = "google/gemini",
     .system = "system_instruction",
     .max_tokens = "max_output_tokens",
     .images = "images",
     .thinking_budget = "thinking_budget"},
    {.prefix = "meta/llama-2",
     .max_tokens = "max_new_tokens",
     .seed = true,
     .stop = "stop_sequences"},
    {.prefix = "meta/llama-4", .system = "", .penalties = true},
    {.prefix = "meta/", .penalties = true, .stop = "stop_sequences"},
    {.prefix = "mistralai/",
     .system = "",
     .max_tokens = "max_new_tokens",
     .penalties = true},
    {.prefix = "openai/gpt-oss", .system = "", .penalties = true},
    {.prefix = "openai/gpt-5",
     .max_tokens = "max_completion_tokens",
     .temperature = false,
     .top_p = false,
     .images = "image_input",
     .effort = "reasoning_effort"},
    // o1, o3, o4-mini.
    {.prefix = "openai/o",
     .max_tokens = "max_completion_tokens",
     .temperature = false,
     .top_p = false,
     .images = "image_input",
     .effort = "reasoning_effort",
     .least_effort = "low"},
    {.prefix = "openai/",
     .max_tokens = "max_completion_tokens",
     .penalties = true,
     .images = "image_input"},
    {.prefix = "yorickvp/llava", .system = "", .image = "image"},
    {.prefix = ""},
};

}  // namespace

const ReplicateInputs& ReplicateInputsOf(absl::string_view model) {
  const ReplicateInputs* family = kFamilies;
  while (!absl::StartsWith(model, family->prefix)) ++family;
  return *family;
}

}  // namespace aigateway

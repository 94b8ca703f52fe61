#ifndef AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_INPUTS_H_
#define AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_INPUTS_H_

#include "absl/strings/string_view.h"

namespace aigateway {

// By what names a family of models takes its input: each model at Replicate has
// a schema of its own, and most refuse what that does not know. Empty or false:
// it has none. All take the question as `prompt`. A row of data; the defaults
// are what most language models have.
struct ReplicateInputs {
  absl::string_view prefix;  // Of the model's name, "owner/name".
  absl::string_view system = "system_prompt";
  absl::string_view max_tokens = "max_tokens";
  bool temperature = true;
  bool top_p = true;
  bool penalties = false;
  bool seed = false;
  absl::string_view stop;    // A text, parted by commas.
  absl::string_view image;   // One image.
  absl::string_view images;  // A list of images.
  absl::string_view effort;  // From `least_effort` to high.
  absl::string_view least_effort = "minimal";
  absl::string_view thinking_budget;  // Tokens to think with.
};

// The inputs of `model`: those of the first family whose prefix it has, or the
// usual ones.
const ReplicateInputs& ReplicateInputsOf(absl::string_view model);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_INPUTS_H_

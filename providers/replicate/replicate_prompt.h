#ifndef AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_PROMPT_H_
#define AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_PROMPT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/parameter_policy.h"
#include "providers/replicate/replicate_inputs.h"

namespace aigateway {

// What the parts of one request share while it is written. Borrows all.
struct ReplicateCall {
  const v1::ChatRequest& chat;
  const ReplicateInputs& inputs;
  const ParameterPolicy& policy;
};

// A conversation as models at Replicate take one: a text.
struct ReplicatePrompt {
  std::string system;  // Empty: there is none, or it is in `prompt`.
  std::string prompt;
  std::vector<std::string> images;  // URLs.
};

// Makes the prompt. A single question is the prompt; a conversation becomes its
// transcript, whose end is for the model to go on. Instructions at the
// beginning go into the model's field for them; where it has none, before the
// rest.
//
// Fails with INVALID_REQUEST or UNSUPPORTED_PARAMETER and the field's path:
// calls of tools, their results, sound and documents cannot be said at all.
absl::StatusOr<ReplicatePrompt> MakeReplicatePrompt(const ReplicateCall& call);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_PROMPT_H_

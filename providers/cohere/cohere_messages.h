#ifndef AIGATEWAY_PROVIDERS_COHERE_COHERE_MESSAGES_H_
#define AIGATEWAY_PROVIDERS_COHERE_COHERE_MESSAGES_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_writer.h"
#include "providers/parameter_policy.h"

namespace aigateway {

// What the parts of one request share while it is written. Borrows all.
struct CohereCall {
  const v1::ChatRequest& chat;
  absl::string_view model;
  const ParameterPolicy& policy;
};

// Whether `model` has a mode to think. One that is not known is taken as the
// newest of its family.
bool CohereThinks(absl::string_view model);

// Writes the value of `messages`.
//
// What a model thought goes back as content of the type `thinking` to a model
// that has it: from the reasoning blocks of this model, with its plan for the
// calls, or, where there are no blocks, from `reasoning_content`. Fails with
// INVALID_REQUEST or UNSUPPORTED_PARAMETER and the field's path.
absl::Status WriteCohereMessages(const CohereCall& call, JsonWriter& out);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_COHERE_COHERE_MESSAGES_H_

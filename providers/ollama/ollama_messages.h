#ifndef AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_MESSAGES_H_
#define AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_MESSAGES_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_writer.h"
#include "providers/parameter_policy.h"

namespace aigateway {

// What the parts of one request share while it is written. Borrows all.
struct OllamaCall {
  const v1::ChatRequest& chat;
  absl::string_view model;
  const ParameterPolicy& policy;
};

// Writes the value of `messages`.
//
// A message has one text and a list of images: texts are joined by line ends.
// What a model thought goes back in `thinking`: from the reasoning blocks of
// this model, or, where there are none, from `reasoning_content`. Fails with
// INVALID_REQUEST or UNSUPPORTED_PARAMETER and the field's path.
absl::Status WriteOllamaMessages(const OllamaCall& call, JsonWriter& out);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_MESSAGES_H_

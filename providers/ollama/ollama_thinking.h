#ifndef AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_THINKING_H_
#define AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_THINKING_H_

#include "absl/status/status.h"

#include "gateway/base/json_writer.h"
#include "providers/ollama/ollama_messages.h"

namespace aigateway {

// Writes `think` if the request says something of it: a level for gpt-oss,
// which cannot do without, else true or false, which is all that other models
// know. Models that are known to have no thinking are not asked for any, since
// Ollama would refuse the request. Not said: the model does as it likes.
//
// Fails with INVALID_REQUEST or UNSUPPORTED_PARAMETER and the field's path.
absl::Status WriteOllamaThink(const OllamaCall& call, JsonWriter& out);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_THINKING_H_

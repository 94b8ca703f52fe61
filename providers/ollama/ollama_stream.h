#ifndef AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_STREAM_H_
#define AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_STREAM_H_

#include <memory>

#include "aigateway/v1/chat.pb.h"
#include "providers/provider.h"
#include "providers/redactor.h"

namespace aigateway {

// Makes what reads a streamed answer of Ollama's: a JSON object on each line,
// of which the last says that it is done, or one that has an error.
//
// One line that cannot be read is left out, with a warning, if one before it
// could be; a second one, or any in an answer that calls tools or has to be
// JSON, is PROVIDER_PROTOCOL_ERROR. `options` and `redactor` must outlive the
// decoder.
std::unique_ptr<StreamDecoder> NewOllamaStreamDecoder(
    const v1::ChatRequest& chat, const CallOptions& options,
    const Redactor& redactor);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_STREAM_H_

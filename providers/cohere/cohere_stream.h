#ifndef AIGATEWAY_PROVIDERS_COHERE_COHERE_STREAM_H_
#define AIGATEWAY_PROVIDERS_COHERE_COHERE_STREAM_H_

#include <memory>

#include "aigateway/v1/chat.pb.h"
#include "gateway/net/http_message.h"
#include "providers/provider.h"
#include "providers/redactor.h"

namespace aigateway {

// Makes what reads a streamed answer of Cohere's v2 chat: events named
// message-start, content-start, -delta and -end, tool-plan-delta,
// tool-call-start, -delta and -end, citation-start and -end, and message-end,
// without which the answer is not complete. Others are passed over with a
// warning.
//
// One event that cannot be read is left out, with a warning; a second one, or
// any in an answer that calls tools or has to be JSON, is
// PROVIDER_PROTOCOL_ERROR. `chat`, `options` and `redactor` must outlive the
// decoder.
std::unique_ptr<StreamDecoder> NewCohereStreamDecoder(
    const HttpHeaders& headers, const v1::ChatRequest& chat,
    const CallOptions& options, const Redactor& redactor);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_COHERE_COHERE_STREAM_H_

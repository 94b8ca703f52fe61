#ifndef AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_STREAM_H_
#define AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_STREAM_H_

#include <memory>

#include "aigateway/v1/chat.pb.h"
#include "gateway/net/http_message.h"
#include "providers/openai_instance.h"
#include "providers/provider.h"

namespace aigateway {

// Makes what reads a streamed answer of a Responses API: named events, of which
// response.completed or response.incomplete is the last; response.failed and
// error fail. Events of the vendor's own tools are passed over: what they have
// comes again with the item.
//
// One event that cannot be read is left out, with a warning; a second one, or
// any in an answer that calls tools or has to be JSON, is
// PROVIDER_PROTOCOL_ERROR. All must outlive the decoder but the headers.
std::unique_ptr<StreamDecoder> NewResponsesStreamDecoder(
    const OpenAiInstance& instance, const HttpHeaders& headers,
    const v1::ChatRequest& chat, const CallOptions& options);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_STREAM_H_

#ifndef AIGATEWAY_PROVIDERS_ANTHROPIC_STREAM_H_
#define AIGATEWAY_PROVIDERS_ANTHROPIC_STREAM_H_

#include <memory>

#include "aigateway/v1/chat.pb.h"
#include "gateway/net/http_message.h"
#include "providers/provider.h"
#include "providers/redactor.h"

namespace aigateway {

// Makes what reads a streamed answer of the Messages API: events named
// message_start, content_block_start, _delta and _stop, message_delta, ping and
// error, and message_stop, without which the answer is not complete. Others are
// passed over, as the API asks.
//
// The finish is handed over at message_stop. One event that cannot be read is
// left out, with a warning; a second one, or any in an answer that calls tools
// or has to be JSON, is PROVIDER_PROTOCOL_ERROR. `chat`, `options` and
// `redactor` must outlive the decoder.
std::unique_ptr<StreamDecoder> NewAnthropicStreamDecoder(
    const HttpHeaders& headers, const v1::ChatRequest& chat,
    const CallOptions& options, const Redactor& redactor);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ANTHROPIC_STREAM_H_

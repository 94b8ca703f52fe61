#ifndef AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_STREAM_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_STREAM_H_

#include <memory>

#include "gateway/net/http_message.h"
#include "providers/provider.h"
#include "providers/redactor.h"

namespace aigateway {

// Makes what reads a streamed answer of ConverseStream: binary frames with
// messageStart, contentBlockStart, -Delta and -Stop, messageStop, and last
// metadata, which has the usage. Events of other types are passed over with a
// warning; exceptions and errors end the stream with what they say.
//
// Every frame has a checksum, so what cannot be read was not damaged on the
// way: it is PROVIDER_PROTOCOL_ERROR at once. `options` and `redactor` must
// outlive the decoder.
std::unique_ptr<StreamDecoder> NewBedrockStreamDecoder(
    const HttpHeaders& headers, const CallOptions& options,
    const Redactor& redactor);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_STREAM_H_

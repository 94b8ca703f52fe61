#ifndef AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_STREAM_H_
#define AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_STREAM_H_

#include <memory>

#include "gateway/net/http_message.h"
#include "providers/provider.h"
#include "providers/replicate/replicate_instance.h"

namespace aigateway {

// Makes what reads a streamed answer of Replicate's. The first part is the
// prediction as it was created: it says where the stream is. That has events
// named output, whose data is text, error and done, without which the answer is
// not complete. A model that does not stream is asked again until its whole
// output is there, which then comes at once.
//
// `options` and `instance` must outlive the decoder.
std::unique_ptr<StreamDecoder> NewReplicateStreamDecoder(
    const HttpHeaders& headers, const CallOptions& options,
    const ReplicateInstance& instance);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_STREAM_H_

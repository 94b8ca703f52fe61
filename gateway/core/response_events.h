#ifndef AIGATEWAY_GATEWAY_CORE_RESPONSE_EVENTS_H_
#define AIGATEWAY_GATEWAY_CORE_RESPONSE_EVENTS_H_

#include "absl/status/status.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/core/event_sink.h"

namespace aigateway {

// Plays a whole answer as a stream: the reverse of StreamJoiner. Joining what
// `sink` gets gives `response` again.
absl::Status PlayResponse(const v1::ChatResponse& response, EventSink& sink);

// Whether a delta has nothing in it that a caller would be sent it for.
bool SaysNothing(const v1::Delta& delta);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_RESPONSE_EVENTS_H_

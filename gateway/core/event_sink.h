#ifndef AIGATEWAY_GATEWAY_CORE_EVENT_SINK_H_
#define AIGATEWAY_GATEWAY_CORE_EVENT_SINK_H_

#include "absl/status/status.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "gateway/base/errors.h"

namespace aigateway {

// Takes what one call to a target gives: for a unary call one response, for a
// stream deltas and finishes, then its end. Plain calls on the request's loop;
// messages may be moved from. A non-OK status ends the call with it. A sink
// never destroys who calls it.
class EventSink {
 public:
  virtual ~EventSink() = default;

  virtual absl::Status OnResponse(v1::ChatResponse& response) = 0;
  // The vectors that were asked for. Where only answers are, none come.
  virtual absl::Status OnEmbeddings(v1::EmbedResponse& response) {
    return Error(ErrorReason::kInternal, "vectors came where none are taken");
  }
  virtual absl::Status OnDelta(v1::Delta& delta) = 0;
  virtual absl::Status OnFinish(v1::Finish& finish) = 0;
  // The stream is complete. `end.route` is filled by who is further out.
  virtual absl::Status OnEnd(v1::End& end) = 0;
  // Another target takes over after the first event; its own come next.
  virtual absl::Status OnFailover(v1::Failover& failover) {
    return absl::OkStatus();
  }
  // A comment or ping: nothing to hand over.
  virtual void OnLife() {}
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_EVENT_SINK_H_

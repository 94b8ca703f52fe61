#ifndef AIGATEWAY_GATEWAY_CORE_REPLY_SINK_H_
#define AIGATEWAY_GATEWAY_CORE_REPLY_SINK_H_

#include "aigateway/v1/gateway.pb.h"

namespace aigateway {

// Takes what the caller of one request gets. Plain calls on the request's
// loop; messages may be moved from. How the request ended comes as the status
// that Gateway::Serve() returns; what was handed over before stays valid.
//
// A sink that cannot take more pauses the request's Flow; what one network
// read gives still comes and must be held (or merged).
class ReplySink {
 public:
  virtual ~ReplySink() = default;

  // Route: the whole reply, once, only if the request succeeded.
  virtual void OnResponse(v1::RouteResponse& response) = 0;

  // Embed: the same. Who serves no such call gets none.
  virtual void OnEmbeddings(v1::EmbedResponse& response) {}

  // RouteStream: events in the order of the contract: `started` first, `end`
  // last if the stream is complete.
  virtual void OnEvent(v1::RouteStreamResponse& event) = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_REPLY_SINK_H_

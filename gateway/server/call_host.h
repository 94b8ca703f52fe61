#ifndef AIGATEWAY_GATEWAY_SERVER_CALL_HOST_H_
#define AIGATEWAY_GATEWAY_SERVER_CALL_HOST_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "aigateway/v1/gateway.grpc.pb.h"
#include "gateway/base/open_count.h"
#include "gateway/core/gateway.h"
#include "gateway/server/arrivals.h"
#include "gateway/server/auth.h"
#include "gateway/server/loop_queue.h"

namespace aigateway {

// GatewayService with the calls that carry the load taken as bytes, so that
// they are read into memory of ours, on a loop.
using RawGatewayService = v1::GatewayService::WithRawMethod_Route<
    v1::GatewayService::WithRawMethod_RouteStream<
        v1::GatewayService::WithRawMethod_Embed<v1::GatewayService::Service>>>;

// What the calls of one server share. Outlives them.
struct CallHost {
  Gateway* gateway = nullptr;
  RawGatewayService* service = nullptr;
  Arrivals* arrivals = nullptr;
  std::vector<std::unique_ptr<LoopQueue>> queues;  // One for each loop.
  WithoutKeys without_keys = WithoutKeys::kAdmitAll;

  // Whether new calls are refused with SHUTTING_DOWN.
  std::atomic<bool> draining = false;
  // Calls from their arrival to their last tag.
  OpenCount open_calls;
  // Of the thread of arrivals: where the next call goes, in turns.
  size_t next_loop = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_CALL_HOST_H_

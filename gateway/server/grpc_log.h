#ifndef AIGATEWAY_GATEWAY_SERVER_GRPC_LOG_H_
#define AIGATEWAY_GATEWAY_SERVER_GRPC_LOG_H_

#include "gateway/base/log.h"

namespace aigateway {

// Sends what the gRPC library logs to `logger`, as records of its own, instead
// of lines of another shape. For the whole process; `logger` must live as long.
void SendGrpcLogTo(const Logger* logger);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_GRPC_LOG_H_

#ifndef AIGATEWAY_GATEWAY_SERVER_GATEWAY_SERVICE_H_
#define AIGATEWAY_GATEWAY_SERVER_GATEWAY_SERVICE_H_

#include "absl/status/statusor.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/status.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/core/request_context.h"
#include "gateway/server/call_host.h"

namespace aigateway {

// GatewayService: Route, RouteStream and Embed are calls on the loops
// (UnaryCall, StreamCall, EmbedCall); the rest, which is rare and quick, runs
// on gRPC's own threads.
class GatewayService final : public RawGatewayService {
 public:
  // `host`, whose service this is, must outlive this object.
  explicit GatewayService(CallHost* host) : host_(host) {}

  // Takes calls from now on. After the gRPC server was built, before the
  // arrivals start.
  void ExpectCalls();

  grpc::Status ListModels(grpc::ServerContext* context,
                          const v1::ListModelsRequest* request,
                          v1::ListModelsResponse* response) override;
  grpc::Status ExplainRoute(grpc::ServerContext* context,
                            const v1::ExplainRouteRequest* request,
                            v1::ExplainRouteResponse* response) override;

 private:
  // Who calls, if he may use this service now.
  absl::StatusOr<CallerIdentity> Admit(
      const grpc::ServerContext& context) const;

  CallHost* const host_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_GATEWAY_SERVICE_H_

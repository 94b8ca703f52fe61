#include "gateway/server/gateway_service.h"

#include <string>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "gateway/server/auth.h"
#include "gateway/server/embed_call.h"
#include "gateway/server/grpc_status.h"
#include "gateway/server/paging.h"
#include "gateway/server/refusals.h"
#include "gateway/server/stream_call.h"
#include "gateway/server/unary_call.h"

namespace aigateway {
namespace {

// How many calls of a kind wait for an RPC. More arrive at once only in a
// burst; they wait inside gRPC for as long as it takes to put out new ones.
constexpr int kWaitingCalls = 32;

absl::Status ListModelsPage(const Gateway& gateway,
                            const v1::ListModelsRequest& request,
                            v1::ListModelsResponse* response) {
  std::vector<v1::Model> models = gateway.AllModels();
  AIGW_RETURN_IF_ERROR(TakePage(
      request, [](const v1::Model& model) { return model.id(); }, &models,
      response->mutable_next_page_token()));
  for (v1::Model& model : models) *response->add_models() = std::move(model);
  return absl::OkStatus();
}

}  // namespace

void GatewayService::ExpectCalls() {
  for (int i = 0; i < kWaitingCalls; ++i) {
    UnaryCall::Expect(host_);
    StreamCall::Expect(host_);
    EmbedCall::Expect(host_);
  }
}

absl::StatusOr<CallerIdentity> GatewayService::Admit(
    const grpc::ServerContext& context) const {
  if (host_->draining.load(std::memory_order_acquire)) {
    return ShuttingDown();
  }
  return CheckKey(host_->gateway->auth().get(), host_->without_keys,
                  context.client_metadata(), KeyScope::kRoute);
}

grpc::Status GatewayService::ListModels(grpc::ServerContext* context,
                                        const v1::ListModelsRequest* request,
                                        v1::ListModelsResponse* response) {
  if (const auto caller = Admit(*context); !caller.ok()) {
    return ToGrpcStatus(caller.status());
  }
  return ToGrpcStatus(ListModelsPage(*host_->gateway, *request, response));
}

grpc::Status GatewayService::ExplainRoute(
    grpc::ServerContext* context, const v1::ExplainRouteRequest* request,
    v1::ExplainRouteResponse* response) {
  const auto caller = Admit(*context);
  if (!caller.ok()) return ToGrpcStatus(caller.status());
  absl::StatusOr<v1::ExplainRouteResponse> explained =
      host_->gateway->ExplainRoute(*request, *caller);
  if (!explained.ok()) return ToGrpcStatus(explained.status());
  response->Swap(&*explained);
  return grpc::Status::OK;
}

}  // namespace aigateway

#include "gateway/server/unary_call.h"

#include "google/protobuf/arena.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/server/serialize.h"

namespace aigateway {

void UnaryCall::Expect(CallHost* host) {
  auto* const call = new UnaryCall(host);
  host->service->RequestRoute(call->server_context(), call->request_bytes(),
                              &call->writer_, call->queue()->queue(),
                              host->arrivals->queue(), call->arrival_tag());
}

bool UnaryCall::ParseRequest(v1::ChatRequest** chat,
                             const v1::RoutingOptions** options) {
  auto* const request =
      google::protobuf::Arena::CreateMessage<v1::RouteRequest>(arena());
  if (!Parse(*request_bytes(), request)) return false;
  *chat = request->mutable_chat();
  *options = &request->options();
  return true;
}

void UnaryCall::OnResponse(v1::RouteResponse& response) {
  grpc::ByteBuffer bytes = Serialize(response);
  reply_.Swap(&bytes);
  has_reply_ = true;
}

void UnaryCall::OnServed() {
  const grpc::Status status = TakeFinalStatus(has_reply_);
  if (status.ok()) {
    writer_.Finish(reply_, status, finish_tag());
    reply_.Clear();  // gRPC has its own reference.
  } else {
    writer_.FinishWithError(status, finish_tag());
  }
  queue()->DrainSoon();
}

}  // namespace aigateway

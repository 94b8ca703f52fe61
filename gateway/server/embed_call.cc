#include "gateway/server/embed_call.h"

#include "google/protobuf/arena.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/core/request_context.h"
#include "gateway/server/serialize.h"

namespace aigateway {

void EmbedCall::Expect(CallHost* host) {
  auto* const call = new EmbedCall(host);
  host->service->RequestEmbed(call->server_context(), call->request_bytes(),
                              &call->writer_, call->queue()->queue(),
                              host->arrivals->queue(), call->arrival_tag());
}

bool EmbedCall::ParseRequest(v1::ChatRequest** chat,
                             const v1::RoutingOptions** options) {
  embed_ = google::protobuf::Arena::CreateMessage<v1::EmbedRequest>(arena());
  if (!Parse(*request_bytes(), embed_)) return false;
  *chat = google::protobuf::Arena::CreateMessage<v1::ChatRequest>(arena());
  **chat = ChatOfEmbed(*embed_);
  *options = &embed_->options();
  return true;
}

void EmbedCall::OnEmbeddings(v1::EmbedResponse& response) {
  grpc::ByteBuffer bytes = Serialize(response);
  reply_.Swap(&bytes);
  has_reply_ = true;
}

void EmbedCall::OnServed() {
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

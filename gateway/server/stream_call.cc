#include "gateway/server/stream_call.h"

#include "google/protobuf/arena.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/base/flow.h"
#include "gateway/base/scope.h"
#include "gateway/server/serialize.h"
#include "gateway/server/split_delta.h"

namespace aigateway {

void StreamCall::Expect(CallHost* host) {
  auto* const call = new StreamCall(host);
  host->service->RequestRouteStream(
      call->server_context(), call->request_bytes(), &call->writer_,
      call->queue()->queue(), host->arrivals->queue(), call->arrival_tag());
}

bool StreamCall::ParseRequest(v1::ChatRequest** chat,
                              const v1::RoutingOptions** options) {
  auto* const request =
      google::protobuf::Arena::CreateMessage<v1::RouteStreamRequest>(arena());
  if (!Parse(*request_bytes(), request)) return false;
  *chat = request->mutable_chat();
  *options = &request->options();
  return true;
}

void StreamCall::OnEvent(v1::RouteStreamResponse& event) {
  if (gone()) return;
  if (event.has_end()) {
    grpc::ByteBuffer bytes = Serialize(event);
    end_.Swap(&bytes);
    has_end_ = true;
    return;
  }
  if (!event.has_delta() || !IsLong(event.delta(), kMaxTextBytes)) {
    Send(event);
    return;
  }
  v1::RouteStreamResponse piece;
  for (v1::Delta& delta : Split(*event.mutable_delta(), kMaxTextBytes)) {
    piece.mutable_delta()->Swap(&delta);
    Send(piece);
    piece.Clear();
  }
}

void StreamCall::Send(v1::RouteStreamResponse& event) {
  if (!writing_) {
    Write(Serialize(event));
    return;
  }
  pending_.Push(event);
  if (pending_.bytes() > kPauseBytes) request()->flow().Pause();
}

void StreamCall::Write(const grpc::ByteBuffer& bytes) {
  writing_ = true;
  // Never with a buffer hint: the first write carries the initial metadata, and
  // gRPC would complete neither until another write, which waits for this one.
  writer_.Write(bytes, &write_tag_);
  queue()->DrainSoon();
}

void StreamCall::OnWritten(bool ok) {
  writing_ = false;
  if (!ok) OnGone();
  Advance();
  ReleaseIfOver();
}

void StreamCall::OnServed() {
  // Nobody waits any more for what is left of a request that was ended.
  if (request() != nullptr && request()->scope().cancelled()) pending_.Clear();
  Advance();
}

void StreamCall::Advance() {
  if (writing_ || finishing_) return;
  if (gone()) pending_.Clear();
  if (!pending_.empty()) {
    Write(pending_.Pop());
    // Last: the transfer may bring more before this returns.
    if (pending_.bytes() <= kResumeBytes) request()->flow().Resume();
    return;
  }
  if (served()) Finish();
}

void StreamCall::Finish() {
  finishing_ = true;
  const grpc::Status status = TakeFinalStatus(has_end_);
  if (status.ok()) {
    writer_.WriteAndFinish(end_, grpc::WriteOptions(), status, finish_tag());
  } else {
    writer_.Finish(status, finish_tag());
  }
  end_.Clear();
  queue()->DrainSoon();
}

}  // namespace aigateway

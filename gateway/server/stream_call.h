#ifndef AIGATEWAY_GATEWAY_SERVER_STREAM_CALL_H_
#define AIGATEWAY_GATEWAY_SERVER_STREAM_CALL_H_

#include <cstddef>

#include "grpcpp/support/async_stream.h"
#include "grpcpp/support/byte_buffer.h"

#include "gateway/server/call.h"
#include "gateway/server/pending_events.h"

namespace aigateway {

// A call of RouteStream.
//
// One write is in flight at a time; what comes meanwhile waits and is merged.
// When a reader is so slow that too much waits, the request's flow is paused
// until most of it is gone.
class StreamCall final : public Call {
 public:
  // With what gRPC holds of the write in flight and a transfer of what it read
  // already, a stream takes at most 256 KiB however slow its reader is.
  static constexpr size_t kPauseBytes = 64 * 1024;
  static constexpr size_t kResumeBytes = 16 * 1024;
  // A longer text is sent in pieces, so that clients with gRPC's usual bound of
  // 4 MiB for a message can read it.
  static constexpr size_t kMaxTextBytes = 1024 * 1024;

  // Waits for an RPC. On the thread of arrivals, or before it starts. `host`
  // must outlive the call, which frees itself.
  static void Expect(CallHost* host);

 private:
  using Call::Call;

  void ExpectAnother() override { Expect(host()); }
  bool ParseRequest(v1::ChatRequest** chat,
                    const v1::RoutingOptions** options) override;
  Method method() const override { return Method::kRouteStream; }
  bool is_writing() const override { return writing_; }
  void OnServed() override;

  void OnResponse(v1::RouteResponse& response) override {}
  void OnEvent(v1::RouteStreamResponse& event) override;

  void OnWritten(bool ok);
  // Sends `event`, now or when those before it are gone.
  void Send(v1::RouteStreamResponse& event);
  // Sends what waits, or finishes if nothing does and nothing will come.
  void Advance();
  void Write(const grpc::ByteBuffer& bytes);
  void Finish();

  grpc::ServerAsyncWriter<grpc::ByteBuffer> writer_{server_context()};
  MethodTag<StreamCall> write_tag_{this, &StreamCall::OnWritten};
  PendingEvents pending_;
  // The event `end`, kept back to be sent in one go with the status.
  grpc::ByteBuffer end_;
  bool has_end_ = false;
  bool writing_ = false;
  bool finishing_ = false;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_STREAM_CALL_H_

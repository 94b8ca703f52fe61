#ifndef AIGATEWAY_GATEWAY_SERVER_EMBED_CALL_H_
#define AIGATEWAY_GATEWAY_SERVER_EMBED_CALL_H_

#include "grpcpp/support/async_unary_call.h"
#include "grpcpp/support/byte_buffer.h"

#include "gateway/server/call.h"

namespace aigateway {

// A call of Embed.
class EmbedCall final : public Call {
 public:
  // Waits for an RPC. On the thread of arrivals, or before it starts. `host`
  // must outlive the call, which frees itself.
  static void Expect(CallHost* host);

 private:
  using Call::Call;

  void ExpectAnother() override { Expect(host()); }
  bool ParseRequest(v1::ChatRequest** chat,
                    const v1::RoutingOptions** options) override;
  Method method() const override { return Method::kEmbed; }
  v1::EmbedRequest* embed() override { return embed_; }
  void OnServed() override;

  void OnResponse(v1::RouteResponse& response) override {}
  void OnEvent(v1::RouteStreamResponse& event) override {}
  void OnEmbeddings(v1::EmbedResponse& response) override;

  grpc::ServerAsyncResponseWriter<grpc::ByteBuffer> writer_{server_context()};
  v1::EmbedRequest* embed_ = nullptr;  // The arena's.
  grpc::ByteBuffer reply_;
  bool has_reply_ = false;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_EMBED_CALL_H_

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "asio/awaitable.hpp"
#include "asio/co_spawn.hpp"
#include "asio/detached.hpp"
#include "asio/post.hpp"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"

#include "aigateway/v1/gateway.grpc.pb.h"
#include "tools/bench/bare_server.h"
#include "tools/bench/http_loop.h"

namespace aigateway::bench {
namespace {

asio::awaitable<void> ServeUnary(HttpLoop* loop,
                                 const v1::RouteRequest* request,
                                 v1::RouteResponse* response,
                                 grpc::ServerUnaryReactor* reactor) {
  std::string answer;
  HttpLoop::Exchange exchange;
  exchange.body = BodyOf(request->chat(), /*stream=*/false);
  exchange.on_bytes = [&answer](absl::string_view bytes) {
    answer.append(bytes.data(), bytes.size());
  };
  const bool ok = co_await loop->Send(exchange);
  FillAnswer(answer, response);
  reactor->Finish(ok ? grpc::Status::OK : grpc::Status::CANCELLED);
}

// Owned by gRPC's side and the loop's: whichever is done last frees it.
class StreamReactor final
    : public grpc::ServerWriteReactor<v1::RouteStreamResponse> {
 public:
  static StreamReactor* Start(HttpLoop* loop,
                              const v1::RouteStreamRequest& request) {
    auto* const reactor = new StreamReactor(loop, request);
    asio::co_spawn(loop->io(), reactor->Serve(), asio::detached);
    return reactor;
  }

  void OnWriteDone(bool ok) override {
    bool finish = false;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      writing_ = false;
      if (ok && !waiting_.empty()) {
        WriteLocked();
      } else {
        finish = served_ && !std::exchange(finished_, true);
      }
    }
    if (finish) Finish(grpc::Status::OK);
  }

  void OnCancel() override {
    asio::post(loop_->io(), [this, self = self_] { loop_->Abort(exchange_); });
  }

  void OnDone() override {
    auto self = std::move(self_);
    self.reset();
  }

 private:
  StreamReactor(HttpLoop* loop, const v1::RouteStreamRequest& request)
      : loop_(loop), self_(this) {
    exchange_.body = BodyOf(request.chat(), /*stream=*/true);
    exchange_.on_bytes = [this](absl::string_view bytes) {
      const std::lock_guard<std::mutex> lock(mutex_);
      reader_.Read(bytes, &waiting_);
      if (!writing_ && !waiting_.empty()) WriteLocked();
    };
  }

  asio::awaitable<void> Serve() {
    const std::shared_ptr<StreamReactor> self = self_;
    co_await loop_->Send(exchange_);
    bool finish = false;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      served_ = true;
      finish = !writing_ && !std::exchange(finished_, true);
    }
    if (finish) Finish(grpc::Status::OK);
  }

  void WriteLocked() {
    event_.mutable_delta()->mutable_text()->swap(waiting_);
    waiting_.clear();
    writing_ = true;
    StartWrite(&event_);
  }

  HttpLoop* const loop_;
  std::shared_ptr<StreamReactor> self_;
  HttpLoop::Exchange exchange_;
  TokenReader reader_;
  std::mutex mutex_;
  std::string waiting_;
  v1::RouteStreamResponse event_;
  bool writing_ = false;
  bool served_ = false;
  bool finished_ = false;
};

class Service final : public v1::GatewayService::CallbackService {
 public:
  explicit Service(std::vector<std::unique_ptr<HttpLoop>> loops)
      : loops_(std::move(loops)) {}

  grpc::ServerUnaryReactor* Route(grpc::CallbackServerContext* context,
                                  const v1::RouteRequest* request,
                                  v1::RouteResponse* response) override {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    HttpLoop* const loop = NextLoop();
    asio::co_spawn(loop->io(), ServeUnary(loop, request, response, reactor),
                   asio::detached);
    return reactor;
  }

  grpc::ServerWriteReactor<v1::RouteStreamResponse>* RouteStream(
      grpc::CallbackServerContext*,
      const v1::RouteStreamRequest* request) override {
    return StreamReactor::Start(NextLoop(), *request);
  }

 private:
  HttpLoop* NextLoop() { return loops_[next_++ % loops_.size()].get(); }

  const std::vector<std::unique_ptr<HttpLoop>> loops_;
  std::atomic<size_t> next_ = 0;
};

}  // namespace

void ServeByCallbacks(int port, const std::string& upstream, int loops) {
  Service service(StartLoops(upstream, loops));
  grpc::ServerBuilder builder;
  builder.AddListeningPort(absl::StrCat("127.0.0.1:", port),
                           grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  for (;;) server->Wait();
}

}  // namespace aigateway::bench

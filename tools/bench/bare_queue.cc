#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "asio/awaitable.hpp"
#include "asio/co_spawn.hpp"
#include "asio/detached.hpp"
#include "asio/post.hpp"
#include "asio/steady_timer.hpp"
#include "grpcpp/completion_queue.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/async_stream.h"
#include "grpcpp/support/async_unary_call.h"

#include "aigateway/v1/gateway.grpc.pb.h"
#include "tools/bench/bare_server.h"
#include "tools/bench/http_loop.h"

namespace aigateway::bench {
namespace {

using Service = v1::GatewayService::AsyncService;

constexpr auto kTick = std::chrono::milliseconds(10);

class Tag {
 public:
  virtual void Complete(bool ok) = 0;

 protected:
  ~Tag() = default;
};

// A loop and the completion queue that it drains itself.
class QueueLoop {
 public:
  QueueLoop(HttpLoop* http, std::unique_ptr<grpc::ServerCompletionQueue> queue)
      : http_(http), queue_(std::move(queue)), timer_(http->io()) {
    asio::post(http_->io(), [this] { Tick(); });
  }

  HttpLoop& http() { return *http_; }
  grpc::ServerCompletionQueue* queue() { return queue_.get(); }

  void DrainSoon() {
    if (std::exchange(drain_posted_, true)) return;
    asio::post(http_->io(), [this] {
      drain_posted_ = false;
      Drain();
    });
  }

 private:
  void Drain() {
    void* tag = nullptr;
    bool ok = false;
    while (queue_->AsyncNext(&tag, &ok, gpr_inf_past(GPR_CLOCK_MONOTONIC)) ==
           grpc::CompletionQueue::GOT_EVENT) {
      static_cast<bench::Tag*>(tag)->Complete(ok);
    }
  }

  void Tick() {
    timer_.expires_after(kTick);
    timer_.async_wait([this](const asio::error_code&) {
      Drain();
      Tick();
    });
  }

  HttpLoop* const http_;
  const std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  asio::steady_timer timer_;
  bool drain_posted_ = false;
};

struct Host {
  Service service;
  std::vector<std::unique_ptr<HttpLoop>> http;
  std::vector<std::unique_ptr<QueueLoop>> loops;
  std::unique_ptr<grpc::ServerCompletionQueue> arrivals;
  size_t next = 0;  // Of the thread of arrivals.

  QueueLoop* NextLoop() { return loops[next++ % loops.size()].get(); }
};

class UnaryCall final : public Tag {
 public:
  explicit UnaryCall(Host* host) : host_(host), loop_(host->NextLoop()) {
    host_->service.RequestRoute(&context_, &request_, &writer_, loop_->queue(),
                                host_->arrivals.get(), this);
  }

  void Complete(bool ok) override {
    if (!ok || arrived_) {
      delete this;
      return;
    }
    arrived_ = true;
    new UnaryCall(host_);
    asio::co_spawn(loop_->http().io(), Serve(), asio::detached);
  }

 private:
  asio::awaitable<void> Serve() {
    std::string answer;
    HttpLoop::Exchange exchange;
    exchange.body = BodyOf(request_.chat(), /*stream=*/false);
    exchange.on_bytes = [&answer](absl::string_view bytes) {
      answer.append(bytes.data(), bytes.size());
    };
    const bool ok = co_await loop_->http().Send(exchange);
    v1::RouteResponse response;
    FillAnswer(answer, &response);
    writer_.Finish(response, ok ? grpc::Status::OK : grpc::Status::CANCELLED,
                   this);
    loop_->DrainSoon();
  }

  Host* const host_;
  QueueLoop* const loop_;
  grpc::ServerContext context_;
  v1::RouteRequest request_;
  grpc::ServerAsyncResponseWriter<v1::RouteResponse> writer_{&context_};
  bool arrived_ = false;
};

class StreamCall final : public Tag {
 public:
  explicit StreamCall(Host* host) : host_(host), loop_(host->NextLoop()) {
    host_->service.RequestRouteStream(&context_, &request_, &writer_,
                                      loop_->queue(), host_->arrivals.get(),
                                      this);
  }

  void Complete(bool ok) override {
    switch (state_) {
      case State::kExpected:
        if (!ok) {
          delete this;
          return;
        }
        state_ = State::kOpen;
        new StreamCall(host_);
        asio::co_spawn(loop_->http().io(), Serve(), asio::detached);
        return;
      case State::kOpen:
        writing_ = false;
        gone_ = gone_ || !ok;
        if (gone_) loop_->http().Abort(exchange_);
        Advance();
        return;
      case State::kFinishing:
        delete this;
        return;
    }
  }

 private:
  enum class State { kExpected, kOpen, kFinishing };

  asio::awaitable<void> Serve() {
    exchange_.body = BodyOf(request_.chat(), /*stream=*/true);
    exchange_.on_bytes = [this](absl::string_view bytes) {
      reader_.Read(bytes, &waiting_);
      if (!writing_) Write();
    };
    ok_ = co_await loop_->http().Send(exchange_);
    served_ = true;
    Advance();
  }

  // What waits goes as one message, however many tokens it is.
  void Write() {
    if (waiting_.empty() || gone_) return;
    event_.mutable_delta()->mutable_text()->swap(waiting_);
    waiting_.clear();
    writing_ = true;
    writer_.Write(event_, this);
    loop_->DrainSoon();
  }

  void Advance() {
    if (writing_ || state_ != State::kOpen) return;
    Write();
    if (writing_ || !served_) return;
    state_ = State::kFinishing;
    writer_.Finish(ok_ ? grpc::Status::OK : grpc::Status::CANCELLED, this);
    loop_->DrainSoon();
  }

  Host* const host_;
  QueueLoop* const loop_;
  grpc::ServerContext context_;
  v1::RouteStreamRequest request_;
  grpc::ServerAsyncWriter<v1::RouteStreamResponse> writer_{&context_};
  State state_ = State::kExpected;
  HttpLoop::Exchange exchange_;
  TokenReader reader_;
  std::string waiting_;
  v1::RouteStreamResponse event_;
  bool writing_ = false;
  bool gone_ = false;
  bool served_ = false;
  bool ok_ = false;
};

}  // namespace

void ServeByQueue(int port, const std::string& upstream, int loops) {
  Host host;
  host.http = StartLoops(upstream, loops);
  grpc::ServerBuilder builder;
  builder.AddListeningPort(absl::StrCat("127.0.0.1:", port),
                           grpc::InsecureServerCredentials());
  builder.RegisterService(&host.service);
  host.arrivals = builder.AddCompletionQueue();
  std::vector<std::unique_ptr<grpc::ServerCompletionQueue>> queues;
  for (int i = 0; i < loops; ++i) {
    queues.push_back(
        builder.AddCompletionQueue(/*is_frequently_polled=*/false));
  }
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  for (size_t i = 0; i < queues.size(); ++i) {
    host.loops.push_back(
        std::make_unique<QueueLoop>(host.http[i].get(), std::move(queues[i])));
  }
  for (int i = 0; i < 100; ++i) {
    new UnaryCall(&host);
    new StreamCall(&host);
  }
  void* tag = nullptr;
  bool ok = false;
  for (;;) {
    if (host.arrivals->Next(&tag, &ok)) {
      static_cast<bench::Tag*>(tag)->Complete(ok);
    }
  }
}

}  // namespace aigateway::bench

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "grpcpp/client_context.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/support/async_stream.h"

#include "aigateway/v1/gateway.grpc.pb.h"
#include "tools/bench/grpc_channels.h"
#include "tools/bench/load.h"
#include "tools/bench/token_meter.h"
#include "tools/bench/window.h"

namespace aigateway::bench {
namespace {

// How many are opened at once, so that their beginning is no storm.
constexpr int kOpenedAtOnce = 50;
// What a reader that will stop takes first.
constexpr int kMessagesBeforeStop = 20;

// One place in the closed loop: a stream, and if it ends the next.
class Reader {
 public:
  Reader(const std::shared_ptr<grpc::Channel>& channel,
         const LoadOptions* options, grpc::CompletionQueue* queue)
      : stub_(v1::GatewayService::NewStub(channel)),
        options_(options),
        queue_(queue) {}

  // Takes no more after some messages.
  void StopSoon() { left_to_read_ = kMessagesBeforeStop; }

  void Start() {
    v1::RouteStreamRequest request;
    request.mutable_chat()->set_model(options_->model);
    v1::Message& prompt = *request.mutable_chat()->add_messages();
    prompt.set_role(v1::ROLE_USER);
    prompt.set_content(Prompt());
    request.mutable_chat()->set_seed(NextSeed());
    stream_.reset();  // Lives in the memory of the context's call.
    context_ = std::make_unique<grpc::ClientContext>();
    if (!options_->bearer.empty()) {
      context_->AddMetadata("authorization",
                            absl::StrCat("Bearer ", options_->bearer));
    }
    open_ = true;
    cancelled_ = false;
    state_ = State::kStarting;
    meter_.Begin();
    stream_ = stub_->PrepareAsyncRouteStream(context_.get(), request, queue_);
    stream_->StartCall(this);
  }

  void Complete(bool ok, const Window& window, LoadResult* result) {
    switch (state_) {
      case State::kStarting:
        state_ = State::kReading;
        if (ok) {
          stream_->Read(&event_, this);
          return;
        }
        break;
      case State::kReading:
        if (!ok) break;
        if (event_.has_delta() && !event_.delta().text().empty()) {
          meter_.OnTokens(event_.delta().text(), window, result);
        }
        if (left_to_read_ > 0 && --left_to_read_ == 0) {
          state_ = State::kStopped;
          return;
        }
        stream_->Read(&event_, this);
        return;
      case State::kStopped:
        return;
      case State::kFinishing:
        open_ = false;
        if (!cancelled_ && !status_.ok()) ++result->failed;
        return;
    }
    state_ = State::kFinishing;
    stream_->Finish(&status_, this);
  }

  void Cancel() {
    if (!open_) return;
    cancelled_ = true;
    context_->TryCancel();
    if (state_ != State::kStopped) return;
    state_ = State::kFinishing;
    stream_->Finish(&status_, this);
  }

  bool open() const { return open_; }

 private:
  enum class State { kStarting, kReading, kStopped, kFinishing };

  const std::unique_ptr<v1::GatewayService::Stub> stub_;
  const LoadOptions* const options_;
  grpc::CompletionQueue* const queue_;
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientAsyncReader<v1::RouteStreamResponse>> stream_;
  v1::RouteStreamResponse event_;
  grpc::Status status_;
  TokenMeter meter_;
  State state_ = State::kStarting;
  int left_to_read_ = 0;
  bool open_ = false;
  bool cancelled_ = false;
};

LoadResult Run(const LoadOptions& options, bool stop_reading) {
  const auto channels = Connect(options.address, options.channels);
  grpc::CompletionQueue queue;
  std::vector<std::unique_ptr<Reader>> readers;
  for (int i = 0; i < options.in_flight; ++i) {
    readers.push_back(std::make_unique<Reader>(channels[i % channels.size()],
                                               &options, &queue));
    if (stop_reading) readers.back()->StopSoon();
  }
  LoadResult result;
  Window unopened(options);
  // Handles what comes within a moment; returns the reader, null if nothing
  // came.
  const auto next = [&](const Window& window) -> Reader* {
    void* tag = nullptr;
    bool ok = false;
    if (queue.AsyncNext(
            &tag, &ok,
            std::chrono::system_clock::now() + std::chrono::milliseconds(2)) !=
        grpc::CompletionQueue::GOT_EVENT) {
      return nullptr;
    }
    auto* const reader = static_cast<Reader*>(tag);
    reader->Complete(ok, window, &result);
    return reader;
  };
  for (size_t i = 0; i < readers.size(); ++i) {
    readers[i]->Start();
    if (i % kOpenedAtOnce != kOpenedAtOnce - 1) continue;
    const int64_t until = NowMicros() + 20000;
    while (NowMicros() < until) next(unopened);
  }
  Window window(options);
  while (window.Advance(&result)) {
    Reader* const reader = next(window);
    if (reader != nullptr && !reader->open()) reader->Start();
  }
  for (const auto& reader : readers) reader->Cancel();
  size_t open = 0;
  for (const auto& reader : readers) open += reader->open() ? 1 : 0;
  while (open > 0) {
    Reader* const reader = next(window);
    if (reader != nullptr && !reader->open()) --open;
  }
  queue.Shutdown();
  return result;
}

}  // namespace

LoadResult LoadGrpcStreams(const LoadOptions& options) {
  return Run(options, /*stop_reading=*/false);
}

void HoldUnreadStreams(const LoadOptions& options) {
  Run(options, /*stop_reading=*/true);
}

}  // namespace aigateway::bench

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "grpcpp/client_context.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/proto_buffer_reader.h"
#include "grpcpp/support/slice.h"

#include "aigateway/v1/gateway.pb.h"
#include "tools/bench/child_process.h"
#include "tools/bench/grpc_channels.h"
#include "tools/bench/load.h"
#include "tools/bench/token.h"
#include "tools/bench/window.h"

namespace aigateway::bench {
namespace {

constexpr char kMethod[] = "/aigateway.v1.GatewayService/Route";
constexpr int64_t kCheckEach = 512;

// One place in the closed loop: a call, and after it the next. Bytes are sent
// and taken as they are, for the client shares the machine with what it
// measures.
class Caller {
 public:
  Caller(const std::shared_ptr<grpc::Channel>& channel,
         const grpc::Slice* request, const LoadOptions* options,
         grpc::CompletionQueue* queue)
      : stub_(channel), request_(request), options_(options), queue_(queue) {}

  void Start() {
    reader_.reset();  // Lives in the memory of the context's call.
    context_ = std::make_unique<grpc::ClientContext>();
    if (!options_->bearer.empty()) {
      context_->AddMetadata("authorization",
                            absl::StrCat("Bearer ", options_->bearer));
    }
    // The two parts are read as one message.
    v1::RouteRequest distinct;
    distinct.mutable_chat()->set_seed(NextSeed());
    const grpc::Slice parts[] = {*request_,
                                 grpc::Slice(distinct.SerializeAsString())};
    const grpc::ByteBuffer request(parts, 2);
    response_.Clear();
    began_ = NowMicros();
    reader_ = stub_.PrepareUnaryCall(context_.get(), kMethod, request, queue_);
    reader_->StartCall();
    reader_->Finish(&response_, &status_, this);
  }

  void OnFinished(const Window& window, LoadResult* result) {
    if (!status_.ok() || response_.Length() == 0) {
      ++result->failed;
      return;
    }
    if (!window.open()) return;
    result->latencies.push_back(static_cast<double>(NowMicros() - began_));
    if (++result->done % kCheckEach == 1) Check();
  }

  const grpc::Status& status() const { return status_; }

 private:
  // That what is fast is an answer.
  void Check() {
    v1::RouteResponse response;
    grpc::ProtoBufferReader reader(&response_);
    if (!response.ParseFromZeroCopyStream(&reader) ||
        response.chat().choices_size() != 1 ||
        response.chat().choices(0).message().content().size() != 400) {
      Fail(absl::StrCat("a server answers something else: ",
                        response.ShortDebugString()));
    }
  }

  grpc::GenericStub stub_;
  const grpc::Slice* const request_;
  const LoadOptions* const options_;
  grpc::CompletionQueue* const queue_;
  std::unique_ptr<grpc::ClientContext> context_;
  grpc::ByteBuffer response_;
  grpc::Status status_;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader_;
  int64_t began_ = 0;
};

}  // namespace

LoadResult LoadGrpcUnary(const LoadOptions& options) {
  v1::RouteRequest message;
  message.mutable_chat()->set_model(options.model);
  v1::Message& prompt = *message.mutable_chat()->add_messages();
  prompt.set_role(v1::ROLE_USER);
  prompt.set_content(Prompt());
  const grpc::Slice request(message.SerializeAsString());

  const auto channels = Connect(options.address, options.channels);
  grpc::CompletionQueue queue;
  std::vector<std::unique_ptr<Caller>> callers;
  for (int i = 0; i < options.in_flight; ++i) {
    callers.push_back(std::make_unique<Caller>(channels[i % channels.size()],
                                               &request, &options, &queue));
  }
  Window window(options);
  LoadResult result;
  for (const auto& caller : callers) caller->Start();
  size_t open = callers.size();
  bool going = true;
  while (open > 0) {
    void* tag = nullptr;
    bool ok = false;
    const auto got = queue.AsyncNext(
        &tag, &ok,
        std::chrono::system_clock::now() + std::chrono::milliseconds(2));
    if (going) going = window.Advance(&result);
    if (got != grpc::CompletionQueue::GOT_EVENT) continue;
    auto* const caller = static_cast<Caller*>(tag);
    caller->OnFinished(window, &result);
    if (result.failed > 1000) {
      Fail(absl::StrCat("calls fail: ", caller->status().error_message()));
    }
    if (going) {
      caller->Start();
    } else {
      --open;
    }
  }
  queue.Shutdown();
  return result;
}

}  // namespace aigateway::bench

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/async_unary_call.h"

#include "aigateway/v1/gateway.grpc.pb.h"
#include "tools/bench/bare_server.h"

namespace aigateway::bench {
namespace {

using Service = v1::GatewayService::AsyncService;

class EchoCall {
 public:
  EchoCall(Service* service, grpc::ServerCompletionQueue* queue)
      : service_(service), queue_(queue) {
    service_->RequestRoute(&context_, &request_, &writer_, queue_, queue_,
                           this);
  }

  // Frees itself once it is over.
  void Complete(bool ok) {
    if (!ok || answered_) {
      delete this;
      return;
    }
    answered_ = true;
    new EchoCall(service_, queue_);
    v1::RouteResponse response;
    const std::string& prompt = request_.chat().messages(0).content();
    FillAnswer(absl::string_view(prompt).substr(0, 400), &response);
    writer_.Finish(response, grpc::Status::OK, this);
  }

 private:
  Service* const service_;
  grpc::ServerCompletionQueue* const queue_;
  grpc::ServerContext context_;
  v1::RouteRequest request_;
  grpc::ServerAsyncResponseWriter<v1::RouteResponse> writer_{&context_};
  bool answered_ = false;
};

void Work(Service* service, grpc::ServerCompletionQueue* queue) {
  for (int i = 0; i < 256; ++i) new EchoCall(service, queue);
  void* tag = nullptr;
  bool ok = false;
  while (queue->Next(&tag, &ok)) static_cast<EchoCall*>(tag)->Complete(ok);
}

}  // namespace

void ServeEcho(int port) {
  Service service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(absl::StrCat("127.0.0.1:", port),
                           grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  std::vector<std::unique_ptr<grpc::ServerCompletionQueue>> queues;
  for (unsigned i = 0; i < std::thread::hardware_concurrency(); ++i) {
    queues.push_back(builder.AddCompletionQueue());
  }
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  std::vector<std::thread> threads;
  for (auto& queue : queues) {
    threads.emplace_back(Work, &service, queue.get());
  }
  for (;;) server->Wait();
}

}  // namespace aigateway::bench

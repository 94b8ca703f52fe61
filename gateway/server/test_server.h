#ifndef AIGATEWAY_GATEWAY_SERVER_TEST_SERVER_H_
#define AIGATEWAY_GATEWAY_SERVER_TEST_SERVER_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"

#include "aigateway/v1/admin.grpc.pb.h"
#include "aigateway/v1/gateway.grpc.pb.h"
#include "gateway/base/log.h"
#include "gateway/base/mutex.h"
#include "gateway/server/fake_gateway.h"
#include "gateway/server/server.h"

namespace aigateway {

// Keeps log lines. Thread-safe.
class KeptLog final : public LogSink {
 public:
  void Write(absl::string_view lines) override;
  std::string text() const;

 private:
  mutable Mutex mutex_;
  std::string text_ ABSL_GUARDED_BY(mutex_);
};

// A server over a FakeGateway on free ports of loopback, with a client.
class TestServer {
 public:
  struct Options {
    int loops = 1;
    config::v1::AuthConfig auth;
    int max_message_bytes = 32 * 1024 * 1024;
  };
  TestServer() : TestServer(Options()) {}
  explicit TestServer(Options options);
  // Stops the server, if Stop() did not.
  ~TestServer();

  FakeGateway& gateway() { return gateway_; }
  Server& server() { return *server_; }
  std::string log() const { return log_.text(); }
  std::string address() const;
  std::string admin_address() const;
  std::shared_ptr<grpc::Channel> channel() { return channel_; }
  v1::GatewayService::Stub& stub() { return *stub_; }
  v1::AdminService::Stub& admin() { return *admin_; }

  absl::Status Stop();
  // Waits, for real, until no call is open. False after 10 s.
  bool WaitUntilIdle() const;

 private:
  KeptLog log_;
  Logger logger_;
  FakeGateway gateway_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::GatewayService::Stub> stub_;
  std::unique_ptr<v1::AdminService::Stub> admin_;
};

// A request for `model` (FakeGateway says what each does).
v1::RouteRequest RouteRequestOf(absl::string_view model,
                                absl::string_view content = "hi");
v1::RouteStreamRequest RouteStreamRequestOf(absl::string_view model,
                                            absl::string_view content = "hi");

// Gives up after a while, so that a fault is no hang.
void SetTestDeadline(grpc::ClientContext& context,
                     absl::Duration limit = absl::Seconds(20));

// The reason in the details of `status`; "" if it has none.
std::string ReasonIn(const grpc::Status& status);

// A detail of `status`, if it has one of that kind.
template <typename Detail>
std::optional<Detail> DetailIn(const grpc::Status& status) {
  google::rpc::Status rich;
  if (!rich.ParseFromString(status.error_details())) return std::nullopt;
  for (const auto& any : rich.details()) {
    Detail detail;
    if (any.Is<Detail>() && any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

// The trailing metadata `key`; "" if there is none.
std::string TrailerOf(const grpc::ClientContext& context, const char* key);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_TEST_SERVER_H_

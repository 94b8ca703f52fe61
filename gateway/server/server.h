#ifndef AIGATEWAY_GATEWAY_SERVER_SERVER_H_
#define AIGATEWAY_GATEWAY_SERVER_SERVER_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/server.h"

#include "gateway/base/log.h"
#include "gateway/base/open_count.h"
#include "gateway/core/gateway.h"
#include "gateway/server/admin_service.h"
#include "gateway/server/call_host.h"
#include "gateway/server/drain.h"
#include "gateway/server/gateway_service.h"
#include "gateway/server/health_service.h"
#include "gateway/server/listen_address.h"

namespace aigateway {

// The gateway's gRPC servers: GatewayService with health and reflection on one
// address, AdminService with reflection on another.
//
// What a client may do: send messages of up to `max_message_bytes` and 16 KiB
// of metadata, and ping each 5 s, also without calls; one that pings faster
// while nothing is sent to it is cut off (GOAWAY, "too_many_pings"). A peer
// that answers no ping for 20 s, after 60 s without a word, is taken for dead.
// Sending is not bounded: what a client can read is its own affair.
class Server final : public Drainable {
 public:
  struct Options {
    ListenAddress listen;
    ListenAddress admin_listen;
    bool allow_unauthenticated = false;
    int max_message_bytes = 32 * 1024 * 1024;
    absl::Time start_time;  // Of the process.
  };

  // Listens and serves. Both must outlive the server. INVALID_REQUEST if an
  // address cannot be listened on, because others could reach it without a key
  // or because the system does not let us; the message says which and why.
  static absl::StatusOr<std::unique_ptr<Server>> Start(Options options,
                                                       Gateway* gateway,
                                                       const Logger* logger);
  // Stop() has returned OK.
  ~Server() override;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The ports that are listened on; 0 for a Unix socket.
  int port() const { return port_; }
  int admin_port() const { return admin_port_; }

  // From now on health says NOT_SERVING and new calls are refused with
  // SHUTTING_DOWN. The listener stays, so that probes and callers hear it.
  void StartDrain() override;
  // Whether a drain has begun. From any thread.
  bool draining() const { return host_.draining.load(); }
  OpenCount& open_calls() override { return host_.open_calls; }
  // Ends what is in flight with SHUTTING_DOWN, soon after this returns.
  void CancelCalls() override;

  // Closes listeners and connections and waits until nothing is left; calls
  // still open are cancelled. Once. Fails with INTERNAL if a call does not end:
  // then the process can only exit.
  absl::Status Stop();

 private:
  Server(Options options, Gateway* gateway, const Logger* logger);

  absl::Status StartPublic();
  absl::Status StartAdmin();

  const Options options_;
  Gateway* const gateway_;
  CallHost host_;
  GatewayService gateway_service_;
  AdminService admin_service_;
  std::unique_ptr<Arrivals> arrivals_;
  std::unique_ptr<HealthService> health_;
  // Nobody waits on it: see StartAdmin().
  std::unique_ptr<grpc::ServerCompletionQueue> admin_queue_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<grpc::Server> admin_server_;
  int port_ = 0;
  int admin_port_ = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_SERVER_H_

#ifndef AIGATEWAY_TOOLS_AIGWCTL_CLIENT_H_
#define AIGATEWAY_TOOLS_AIGWCTL_CLIENT_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"

namespace aigateway {

// How to reach a gateway: what the flags say.
struct ClientOptions {
  std::string address;        // Of GatewayService.
  std::string admin_address;  // Of AdminService.
  std::string key;            // Empty: none is sent.
  absl::Duration timeout = absl::InfiniteDuration();
};

// A channel to `address` that takes answers of any size.
std::shared_ptr<grpc::Channel> Connect(const std::string& address);

// Sets key and deadline of one call.
void Prepare(const ClientOptions& options, grpc::ClientContext& context);

// Says on standard error what went wrong, with the violations and the attempts
// that the status carries, and returns the exit code: 0 OK, 1 the request
// failed, 2 it was wrong (usage, bad request, config), 3 the gateway cannot be
// reached, 4 keys or rights.
int Report(const grpc::Status& status, absl::string_view address);

}  // namespace aigateway

#endif  // AIGATEWAY_TOOLS_AIGWCTL_CLIENT_H_

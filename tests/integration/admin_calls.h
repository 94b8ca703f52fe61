#ifndef AIGATEWAY_TESTS_INTEGRATION_ADMIN_CALLS_H_
#define AIGATEWAY_TESTS_INTEGRATION_ADMIN_CALLS_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "google/rpc/error_details.pb.h"
#include "grpcpp/support/status.h"

#include "aigateway/v1/admin.pb.h"
#include "tests/integration/gateway_process.h"

namespace aigateway {

// What a client saw of one ReloadConfig.
struct Reloaded {
  grpc::Status status;
  v1::ReloadConfigResponse response;
  google::rpc::BadRequest faults;
  std::string reason;  // ErrorInfo.reason; empty if there is none.
  absl::Duration took;

  // The message and all faults, a line each.
  std::string Words() const;
};

// Without `text` the server's file is read again.
Reloaded CallReload(GatewayProcess& gateway, std::optional<std::string> text,
                    bool validate_only = false);

v1::GetConfigResponse CallGetConfig(GatewayProcess& gateway);
std::string RevisionOf(GatewayProcess& gateway);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_INTEGRATION_ADMIN_CALLS_H_

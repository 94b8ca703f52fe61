#ifndef AIGATEWAY_GATEWAY_SERVER_ADMIN_SERVICE_H_
#define AIGATEWAY_GATEWAY_SERVER_ADMIN_SERVICE_H_

#include <atomic>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/status.h"
#include "grpcpp/support/sync_stream.h"

#include "aigateway/v1/admin.grpc.pb.h"
#include "gateway/base/log.h"
#include "gateway/core/gateway.h"
#include "gateway/server/auth.h"

namespace aigateway {

// AdminService, for a listener of its own.
//
// Runs on gRPC's threads, one for each call, which may wait: a reload holds up
// nobody but who asked for it. Thread-safe.
class AdminService final : public v1::AdminService::Service {
 public:
  struct Options {
    WithoutKeys without_keys = WithoutKeys::kAdmitAll;
    absl::Time start_time;  // Of the process.
  };
  // Both must outlive this object.
  AdminService(Options options, Gateway* gateway, const Logger* logger)
      : options_(options), gateway_(gateway), logger_(logger) {}

  grpc::Status ListProviders(grpc::ServerContext* context,
                             const v1::ListProvidersRequest* request,
                             v1::ListProvidersResponse* response) override;
  grpc::Status ListTargets(grpc::ServerContext* context,
                           const v1::ListTargetsRequest* request,
                           v1::ListTargetsResponse* response) override;
  grpc::Status GetConfig(grpc::ServerContext* context,
                         const v1::GetConfigRequest* request,
                         v1::GetConfigResponse* response) override;
  grpc::Status ReloadConfig(grpc::ServerContext* context,
                            const v1::ReloadConfigRequest* request,
                            v1::ReloadConfigResponse* response) override;
  grpc::Status GetVersion(grpc::ServerContext* context,
                          const v1::GetVersionRequest* request,
                          v1::GetVersionResponse* response) override;

  // Ends those who watch events, within a quarter of a second.
  void EndWatches() { ending_.store(true, std::memory_order_relaxed); }

  grpc::Status SetTargetState(grpc::ServerContext* context,
                              const v1::SetTargetStateRequest* request,
                              v1::SetTargetStateResponse* response) override;
  grpc::Status ListPlugins(grpc::ServerContext* context,
                           const v1::ListPluginsRequest* request,
                           v1::ListPluginsResponse* response) override;
  grpc::Status WatchEvents(
      grpc::ServerContext* context, const v1::WatchEventsRequest* request,
      grpc::ServerWriter<v1::WatchEventsResponse>* writer) override;

  // Not served yet: UNIMPLEMENTED (NOT_IMPLEMENTED).
  grpc::Status GetUsage(grpc::ServerContext* context,
                        const v1::GetUsageRequest* request,
                        v1::GetUsageResponse* response) override;
  grpc::Status CreateKey(grpc::ServerContext* context,
                         const v1::CreateKeyRequest* request,
                         v1::CreateKeyResponse* response) override;
  grpc::Status ListKeys(grpc::ServerContext* context,
                        const v1::ListKeysRequest* request,
                        v1::ListKeysResponse* response) override;
  grpc::Status RotateKey(grpc::ServerContext* context,
                         const v1::RotateKeyRequest* request,
                         v1::RotateKeyResponse* response) override;
  grpc::Status RevokeKey(grpc::ServerContext* context,
                         const v1::RevokeKeyRequest* request,
                         v1::RevokeKeyResponse* response) override;

 private:
  // Checks the caller's key, then does `work`.
  grpc::Status Serve(const grpc::ServerContext& context,
                     absl::FunctionRef<absl::Status()> work) const;
  grpc::Status Refuse(const grpc::ServerContext& context,
                      absl::string_view rpc) const;

  absl::Status Watch(const grpc::ServerContext& context,
                     const v1::WatchEventsRequest& request,
                     grpc::ServerWriter<v1::WatchEventsResponse>& writer);

  const Options options_;
  std::atomic<bool> ending_ = false;
  std::atomic<int> watchers_ = 0;
  Gateway* const gateway_;
  const Logger* const logger_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_ADMIN_SERVICE_H_

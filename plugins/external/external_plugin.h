#ifndef AIGATEWAY_PLUGINS_EXTERNAL_EXTERNAL_PLUGIN_H_
#define AIGATEWAY_PLUGINS_EXTERNAL_EXTERNAL_PLUGIN_H_

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "grpcpp/channel.h"

#include "plugins/external/plugin_client.h"
#include "plugins/plugin.h"

namespace aigateway {

// Asks a PluginService outside the gateway (settings: ExternalSettings) what
// becomes of each request. Whatever it cannot ask, does not understand or may
// not believe is a failure, for `on_failure` to decide. Thread-safe.
class ExternalPlugin final : public Plugin {
 public:
  explicit ExternalPlugin(std::shared_ptr<grpc::Channel> channel,
                          PluginClient::Options options = {})
      : client_(std::move(channel), options) {}

  static absl::StatusOr<std::unique_ptr<Plugin>> Create(
      const google::protobuf::Message& settings);

  Task<absl::StatusOr<Verdict>> BeforeRequest(PluginRequest& request) override;
  Task<absl::StatusOr<Verdict>> AfterRequest(
      PluginRequest& request, v1::ChatResponse& response) override;
  Task<absl::Status> OnError(PluginRequest& request,
                             const absl::Status& error) override;

 private:
  PluginClient client_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_EXTERNAL_EXTERNAL_PLUGIN_H_

#ifndef AIGATEWAY_PLUGINS_REQUEST_LOGGER_H_
#define AIGATEWAY_PLUGINS_REQUEST_LOGGER_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

#include "gateway/base/log.h"
#include "plugins/plugin.h"

namespace aigateway {

// Logs a request as it comes, as it is answered and as it fails (settings:
// RequestLoggerSettings). Never what is said in it. Immutable.
class RequestLogger final : public Plugin {
 public:
  explicit RequestLogger(LogLevel level) : level_(level) {}

  static absl::StatusOr<std::unique_ptr<Plugin>> Create(
      const google::protobuf::Message& settings);

  Task<absl::StatusOr<Verdict>> BeforeRequest(PluginRequest& request) override;
  Task<absl::StatusOr<Verdict>> AfterRequest(
      PluginRequest& request, v1::ChatResponse& response) override;
  Task<absl::Status> OnError(PluginRequest& request,
                             const absl::Status& error) override;

 private:
  const LogLevel level_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_REQUEST_LOGGER_H_

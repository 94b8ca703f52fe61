#ifndef AIGATEWAY_EXAMPLES_CUSTOM_PLUGIN_DISCLAIMER_H_
#define AIGATEWAY_EXAMPLES_CUSTOM_PLUGIN_DISCLAIMER_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

#include "plugins/plugin.h"

namespace aigateway {

// Writes a sentence below each answer of plain text, whole or streamed.
// Immutable.
class Disclaimer final : public Plugin {
 public:
  explicit Disclaimer(std::string text) : below_("\n\n" + std::move(text)) {}

  static absl::StatusOr<std::unique_ptr<Plugin>> Create(
      const google::protobuf::Message& settings);

  Task<absl::StatusOr<Verdict>> AfterRequest(
      PluginRequest& request, v1::ChatResponse& response) override;
  std::unique_ptr<ChunkFilter> NewChunkFilter(PluginRequest& request) override;

 private:
  const std::string below_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_EXAMPLES_CUSTOM_PLUGIN_DISCLAIMER_H_

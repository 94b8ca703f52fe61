#ifndef AIGATEWAY_PLUGINS_MODEL_ALLOW_LIST_H_
#define AIGATEWAY_PLUGINS_MODEL_ALLOW_LIST_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

#include "plugins/plugin.h"

namespace aigateway {

// Lets requests for some models by and refuses all others (settings:
// ModelAllowListSettings). Immutable.
class ModelAllowList final : public Plugin {
 public:
  // `models` are names, or prefixes ending in '*'.
  explicit ModelAllowList(std::vector<std::string> models);

  static absl::StatusOr<std::unique_ptr<Plugin>> Create(
      const google::protobuf::Message& settings);

  Task<absl::StatusOr<Verdict>> BeforeRequest(PluginRequest& request) override;

 private:
  bool Allows(absl::string_view model) const;

  const std::vector<std::string> models_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_MODEL_ALLOW_LIST_H_

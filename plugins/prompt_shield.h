#ifndef AIGATEWAY_PLUGINS_PROMPT_SHIELD_H_
#define AIGATEWAY_PLUGINS_PROMPT_SHIELD_H_

#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

#include "plugins/plugin.h"
#include "plugins/text_scanner.h"

namespace aigateway {

// Refuses requests in which a user or the result of a tool tries to get the
// model away from its instructions (settings: PromptShieldSettings). What the
// application itself says is not looked at: it may well speak of such attempts.
// Immutable.
class PromptShield final : public Plugin {
 public:
  explicit PromptShield(std::unique_ptr<const TextScanner> scanner)
      : scanner_(std::move(scanner)) {}

  static absl::StatusOr<std::unique_ptr<Plugin>> Create(
      const google::protobuf::Message& settings);

  Task<absl::StatusOr<Verdict>> BeforeRequest(PluginRequest& request) override;

 private:
  const std::unique_ptr<const TextScanner> scanner_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_PROMPT_SHIELD_H_

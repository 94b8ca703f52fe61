#ifndef AIGATEWAY_PLUGINS_MAX_TOKEN_H_
#define AIGATEWAY_PLUGINS_MAX_TOKEN_H_

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

#include "plugins/plugin.h"

namespace aigateway {

// Bounds how much a request may ask for: tokens to write, messages, letters of
// input (settings: MaxTokenSettings). A limit that stands in provider_options
// never comes this far: a codec refuses there what a field of the request says.
// Immutable.
class MaxToken final : public Plugin {
 public:
  // 0: not bounded.
  struct Limits {
    int32_t max_tokens = 4096;
    int32_t max_messages = 100;
    int64_t max_input_length = 0;  // Unicode characters.
    // Whether a request for more tokens is lowered instead of refused.
    bool clamp = false;
  };

  explicit MaxToken(const Limits& limits) : limits_(limits) {}

  static absl::StatusOr<std::unique_ptr<Plugin>> Create(
      const google::protobuf::Message& settings);

  Task<absl::StatusOr<Verdict>> BeforeRequest(PluginRequest& request) override;

 private:
  Verdict Judge(PluginRequest& request) const;

  const Limits limits_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_MAX_TOKEN_H_

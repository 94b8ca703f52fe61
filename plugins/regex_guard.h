#ifndef AIGATEWAY_PLUGINS_REGEX_GUARD_H_
#define AIGATEWAY_PLUGINS_REGEX_GUARD_H_

#include <memory>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

#include "plugins/plugin.h"

namespace aigateway {

// The plugin `regex-guard`: refuses or redacts what the config's regular
// expressions match. `settings` is a RegexGuardSettings.
absl::StatusOr<std::unique_ptr<Plugin>> CreateRegexGuard(
    const google::protobuf::Message& settings);

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_REGEX_GUARD_H_

#ifndef AIGATEWAY_PLUGINS_SECRET_SCAN_H_
#define AIGATEWAY_PLUGINS_SECRET_SCAN_H_

#include <memory>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

#include "plugins/plugin.h"

namespace aigateway {

// The plugin `secret-scan`: refuses or redacts credentials. `settings` is a
// SecretScanSettings.
absl::StatusOr<std::unique_ptr<Plugin>> CreateSecretScan(
    const google::protobuf::Message& settings);

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_SECRET_SCAN_H_

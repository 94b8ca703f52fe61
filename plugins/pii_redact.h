#ifndef AIGATEWAY_PLUGINS_PII_REDACT_H_
#define AIGATEWAY_PLUGINS_PII_REDACT_H_

#include <memory>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

#include "plugins/plugin.h"

namespace aigateway {

// The plugin `pii-redact`: refuses, redacts or pseudonymises personal data.
// `settings` is a PiiRedactSettings.
absl::StatusOr<std::unique_ptr<Plugin>> CreatePiiRedact(
    const google::protobuf::Message& settings);

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_PII_REDACT_H_

#ifndef AIGATEWAY_PLUGINS_SCHEMA_GUARD_H_
#define AIGATEWAY_PLUGINS_SCHEMA_GUARD_H_

#include <memory>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

#include "plugins/plugin.h"

namespace aigateway {

// The plugin `schema-guard`: refuses answers that are not JSON of a schema.
// `settings` is a SchemaGuardSettings.
absl::StatusOr<std::unique_ptr<Plugin>> CreateSchemaGuard(
    const google::protobuf::Message& settings);

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_SCHEMA_GUARD_H_

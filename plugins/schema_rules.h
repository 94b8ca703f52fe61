#ifndef AIGATEWAY_PLUGINS_SCHEMA_RULES_H_
#define AIGATEWAY_PLUGINS_SCHEMA_RULES_H_

#include "absl/status/status.h"
#include "nlohmann/json.hpp"

namespace aigateway {

// What a `pattern` of a schema is called once SettleSchema() was there.
inline constexpr char kSettledPattern[] = "x-re2-pattern";

// Looks through a schema of draft 7 for what JsonSchema does not take, and
// brings it into the form that it gives to the library: `pattern` under the
// name above, without `format` and what names the schema itself.
// INVALID_ARGUMENT with what is wrong and where.
absl::Status SettleSchema(nlohmann::json& schema);

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_SCHEMA_RULES_H_

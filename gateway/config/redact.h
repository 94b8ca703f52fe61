#ifndef AIGATEWAY_GATEWAY_CONFIG_REDACT_H_
#define AIGATEWAY_GATEWAY_CONFIG_REDACT_H_

#include "absl/strings/string_view.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {

// What stands where a secret is set.
inline constexpr absl::string_view kWithheld = "[withheld]";

// A copy of `config` that may be shown: every field that the schema, or the
// settings of a registered plugin, mark as secret reads "[withheld]" (of a map
// the values), and so does the user part of a URL. In values that no schema
// describes, `options` and the like, whatever a key names as a secret
// (`api_token`, `password`, ...) is withheld too. `${VAR}` elsewhere stands as
// it is written.
config::v1::GatewayConfig Redact(const config::v1::GatewayConfig& config,
                                 const Vocabulary& vocabulary);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_REDACT_H_

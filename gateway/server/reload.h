#ifndef AIGATEWAY_GATEWAY_SERVER_RELOAD_H_
#define AIGATEWAY_GATEWAY_SERVER_RELOAD_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "gateway/base/log.h"
#include "gateway/core/gateway.h"

namespace aigateway {

// Reloads the configuration, as Gateway::Reload() does, and logs who asked for
// it (`cause`: "SIGHUP") and, if it fails, why, a line for each fault; success
// the gateway logs itself. Waits; not from a loop.
absl::StatusOr<ReloadResult> ReloadAndLog(Gateway& gateway,
                                          const Logger& logger,
                                          absl::string_view cause,
                                          std::optional<std::string> text);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_RELOAD_H_

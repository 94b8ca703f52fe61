#ifndef AIGATEWAY_GATEWAY_CONFIG_ANNOUNCED_H_
#define AIGATEWAY_GATEWAY_CONFIG_ANNOUNCED_H_

#include "absl/strings/string_view.h"

namespace aigateway {

// Whether the docs have such a mode, plugin or provider type, so that one that
// is not registered is not yet served rather than misspelt.
bool IsAnnouncedMode(absl::string_view name);
bool IsAnnouncedPlugin(absl::string_view name);
bool IsAnnouncedProviderType(absl::string_view name);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_ANNOUNCED_H_

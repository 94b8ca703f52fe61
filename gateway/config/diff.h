#ifndef AIGATEWAY_GATEWAY_CONFIG_DIFF_H_
#define AIGATEWAY_GATEWAY_CONFIG_DIFF_H_

#include <vector>

#include "aigateway/config/v1/config.pb.h"
#include "aigateway/v1/admin.pb.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {

// What changed from one configuration to another, ordered by path. Entries of a
// list that have a name are compared by it (`providers[a].base_url`), others by
// their position; a list whose entries only changed places is one change. A
// secret that changed reads "(changed)" on both sides, and no value has one in
// it. At most kMaxChanges: the rest is counted in a last one without a path.
inline constexpr int kMaxChanges = 200;
std::vector<v1::ConfigChange> DiffConfigs(
    const config::v1::GatewayConfig& before,
    const config::v1::GatewayConfig& after, const Vocabulary& vocabulary);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_DIFF_H_

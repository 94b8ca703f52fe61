#ifndef AIGATEWAY_GATEWAY_CORE_SWITCH_TARGET_H_
#define AIGATEWAY_GATEWAY_CORE_SWITCH_TARGET_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/admin.pb.h"
#include "gateway/core/snapshot.h"

namespace aigateway {

// Does `action` to the target `name`: drains it, so that no call begins there
// and those that wait for their turn go elsewhere; lets it serve again; closes
// its breakers. A target of weight 0 stays drained: the config says so.
absl::Status SwitchTarget(const Snapshot& snapshot, absl::string_view name,
                          v1::TargetAction action);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_SWITCH_TARGET_H_

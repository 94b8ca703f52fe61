#ifndef AIGATEWAY_GATEWAY_CORE_MODEL_DISCOVERY_H_
#define AIGATEWAY_GATEWAY_CORE_MODEL_DISCOVERY_H_

#include "gateway/base/log.h"
#include "gateway/base/task.h"
#include "gateway/core/loop_slot.h"

namespace aigateway {

// Asks the vendors of the slot's snapshot, one after the other, which models
// they have, and again when that has become old, until the slot's scope ends.
// Bounded: time, pages and models of each. What fails is logged (`logger` may
// be null) and tried again later; no request waits for any of it. A root
// coroutine of the slot; `slot` must outlive it.
Task<void> DiscoverModels(LoopSlot& slot, const Logger* logger);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_MODEL_DISCOVERY_H_

#ifndef AIGATEWAY_GATEWAY_BASE_JOIN_H_
#define AIGATEWAY_GATEWAY_BASE_JOIN_H_

#include <vector>

#include "gateway/base/loop.h"
#include "gateway/base/task.h"

namespace aigateway {

// Runs `children` at the same time on `loop`, which is the caller's, and
// returns when every one has ended. How they fare they say by other means (a
// variable that outlives the call, a Waiter); to end them early cancel their
// scopes and go on waiting. They begin after this was awaited, in order.
Task<void> JoinAll(Loop& loop, std::vector<Task<void>> children);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_JOIN_H_

#ifndef AIGATEWAY_GATEWAY_CORE_FAREWELL_H_
#define AIGATEWAY_GATEWAY_CORE_FAREWELL_H_

#include "absl/time/time.h"

#include "gateway/base/env.h"
#include "gateway/base/task.h"
#include "gateway/net/http_message.h"

namespace aigateway {

// How long it may take to tell a provider that a call is over.
inline constexpr absl::Duration kMaxFarewell = absl::Seconds(1);

// Tells a provider that nobody waits for what it works on, so that it stops and
// charges no more: sends `request` and waits for its answer, or for
// kMaxFarewell. What becomes of it matters to nobody. It has a scope of its
// own, since that of the call has ended as a rule, and owns what it uses.
Task<void> SayFarewell(Env env, HttpRequest request);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_FAREWELL_H_

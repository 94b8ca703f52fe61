#ifndef AIGATEWAY_GATEWAY_CORE_REPLAY_H_
#define AIGATEWAY_GATEWAY_CORE_REPLAY_H_

#include <cstdint>

#include "absl/status/status.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/scope.h"
#include "gateway/base/task.h"
#include "gateway/base/timers.h"
#include "gateway/core/event_sink.h"

namespace aigateway {

// Plays a whole answer as a stream in which thoughts and text come word by
// word, at `tokens_per_second` (above 0), a token being reckoned at 4 bytes;
// what has no text of its own comes at once, at the end. Takes at most half of
// the time that `scope` has left. Joining what `sink` gets gives `response`
// again. Ends with scope.status() when `scope` is cancelled, or with what
// `sink` returns.
Task<absl::Status> Replay(const v1::ChatResponse& response,
                          int32_t tokens_per_second, Timers& timers,
                          Scope& scope, EventSink& sink);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_REPLAY_H_

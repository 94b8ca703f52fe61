#ifndef AIGATEWAY_GATEWAY_CORE_SERVE_SHARED_H_
#define AIGATEWAY_GATEWAY_CORE_SERVE_SHARED_H_

#include <functional>

#include "absl/status/status.h"

#include "gateway/base/task.h"
#include "gateway/core/loop_slot.h"
#include "gateway/core/reply_sink.h"
#include "gateway/core/request_context.h"
#include "gateway/core/shared_replies.h"

namespace aigateway {

// Serves one request, as if it were the only one.
using ServeOne = std::function<Task<absl::Status>(RequestContext& request,
                                                  ReplySink& reply)>;

// Serves a request that shares its reply: the first of those that ask the same
// runs it, as a root of its own that no caller's deadline or cancellation ends
// but the last one's, and all of them follow. `*runs` says whether `request`
// was the first, which `serve` accounts for. `replies`, `slot` and what `serve`
// refers to outlive every root.
Task<absl::Status> ServeShared(SharedReplies& replies, LoopSlot& slot,
                               RequestContext& request, ReplySink& reply,
                               ServeOne serve, bool* runs);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_SERVE_SHARED_H_

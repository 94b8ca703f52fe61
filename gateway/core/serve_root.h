#ifndef AIGATEWAY_GATEWAY_CORE_SERVE_ROOT_H_
#define AIGATEWAY_GATEWAY_CORE_SERVE_ROOT_H_

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/base/task.h"
#include "gateway/core/gateway.h"
#include "gateway/core/loop_slot.h"
#include "gateway/core/pipeline.h"
#include "gateway/core/request_context.h"
#include "gateway/observe/request_observer.h"

namespace aigateway {

// The root coroutines of the library's own calls. Each owns its request and
// runs on the slot's loop; `done` is the last thing it calls. The gateway must
// outlive them.

Task<void> ServeUnary(
    Gateway& gateway, LoopSlot& slot, v1::RouteRequest request,
    RequestSettings settings,
    absl::AnyInvocable<void(absl::StatusOr<v1::RouteResponse>)> done);

// `event` returning false cancels the stream.
Task<void> ServeStream(
    Gateway& gateway, LoopSlot& slot, v1::RouteStreamRequest request,
    RequestSettings settings,
    absl::FunctionRef<bool(const v1::RouteStreamResponse& event)> event,
    absl::AnyInvocable<void(absl::Status)> done);

Task<void> ServeEmbed(
    Gateway& gateway, LoopSlot& slot, v1::EmbedRequest request,
    RequestSettings settings,
    absl::AnyInvocable<void(absl::StatusOr<v1::EmbedResponse>)> done);

// The account of a request that ended with `result`. Its views are into both.
RequestRecord RecordOf(const RequestContext& request,
                       const PipelineResult& result);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_SERVE_ROOT_H_

#include "gateway/core/serve_shared.h"

#include <memory>
#include <utility>

#include "gateway/base/env.h"
#include "gateway/base/errors.h"
#include "gateway/base/loop.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/timers.h"
#include "gateway/core/validate_request.h"

namespace aigateway {
namespace {

// What the run needs of the request that began it, which may end before it.
struct RunInputs {
  std::shared_ptr<const Snapshot> snapshot;
  v1::ChatRequest chat;
  v1::RoutingOptions options;
  RequestSettings settings;
};

Task<void> Run(SharedReplies& replies, LoopSlot& slot, RunInputs inputs,
               SharedReplies::Share share, ServeOne serve) {
  {
    RequestContext context(slot.env(), std::move(inputs.snapshot), inputs.chat,
                           inputs.options, std::move(inputs.settings));
    share.reply->Attach(context);
    const absl::Status status = co_await serve(context, *share.reply);
    // First: who comes after a failure begins anew.
    replies.End(share, status, slot.env().timers->Now());
    share.reply->End(status, context.route());
  }
  slot.OnRootEnd();
}

void Begin(SharedReplies& replies, LoopSlot& slot,
           const RequestContext& request, const SharedReplies::Share& share,
           const ServeOne& serve) {
  RunInputs inputs{.snapshot = slot.snapshot(),
                   .chat = request.chat(),
                   .options = request.options(),
                   .settings = request.settings()};
  inputs.settings.deadline = absl::InfiniteFuture();
  slot.OnRootStart();
  slot.env().loop->Spawn(Run(replies, slot, std::move(inputs), share, serve));
}

}  // namespace

Task<absl::Status> ServeShared(SharedReplies& replies, LoopSlot& slot,
                               RequestContext& request, ReplySink& reply,
                               ServeOne serve) {
  AIGW_CO_RETURN_IF_ERROR(ValidateOptions(request.options()));
  for (;;) {
    AIGW_CO_ASSIGN_OR_RETURN(const SharedReplies::Share share,
                             replies.Join(request));
    if (!share.key.empty()) Begin(replies, slot, request, share, serve);
    absl::Status status = co_await share.reply->Follow(request, reply);
    // It was just being ended because nobody waited: begin anew.
    const bool abandoned =
        !status.ok() && ReasonOf(status) == ErrorReason::kCancelled &&
        !request.scope().cancelled() && !request.first_event().has_value();
    if (!abandoned) co_return status;
  }
}

}  // namespace aigateway

#include "gateway/core/serve_shared.h"

#include <memory>
#include <utility>

#include "gateway/base/env.h"
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
  inputs.settings.awaited_until = share.reply->awaited_until();
  slot.OnRootStart();
  slot.env().loop->Spawn(Run(replies, slot, std::move(inputs), share, serve));
}

}  // namespace

Task<absl::Status> ServeShared(SharedReplies& replies, LoopSlot& slot,
                               RequestContext& request, ReplySink& reply,
                               ServeOne serve, bool* runs) {
  AIGW_CO_RETURN_IF_ERROR(ValidateOptions(request.options()));
  AIGW_CO_ASSIGN_OR_RETURN(const SharedReplies::Share share,
                           replies.Join(request));
  *runs = !share.key.empty();
  if (*runs) Begin(replies, slot, request, share, serve);
  co_return co_await share.reply->Follow(request, reply);
}

}  // namespace aigateway

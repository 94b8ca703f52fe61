#include "gateway/core/pipeline.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/status_macros.h"
#include "gateway/core/plugin_run.h"
#include "gateway/core/replay.h"
#include "gateway/core/reply_builder.h"
#include "gateway/core/response_events.h"
#include "gateway/core/snapshot.h"
#include "gateway/core/target_walk.h"
#include "gateway/core/validate_request.h"

namespace aigateway {
namespace {

void CompleteRoute(RequestContext& request) {
  v1::RouteInfo& route = request.route();
  SetProtoDuration(std::max(request.Elapsed() - request.upstream_time(),
                            absl::ZeroDuration()),
                   route.mutable_gateway_overhead());
  if (request.stream() && request.first_event().has_value()) {
    SetProtoDuration(*request.first_event() - request.start(),
                     route.mutable_time_to_first_token());
  }
}

absl::Status Validate(const RequestContext& request) {
  AIGW_RETURN_IF_ERROR(ValidateOptions(request.options()));
  if (request.embed() == nullptr) return ValidateChat(request.chat());
  if (!request.options().idempotency_key().empty()) {
    return Error(ErrorReason::kNotImplemented,
                 "options.idempotency_key is not served for Embed by this "
                 "version; leave it unset",
                 {{"field", "options.idempotency_key"}});
  }
  return ValidateEmbed(*request.embed());
}

// What a plugin answered, as the caller asked for it.
Task<absl::Status> GiveOut(RequestContext& request, AnswerInstead& answer,
                           ReplyBuilder& builder) {
  if (!request.stream()) co_return builder.OnResponse(answer.response);
  if (answer.tokens_per_second <= 0) {
    co_return PlayResponse(answer.response, builder);
  }
  co_return co_await Replay(answer.response, answer.tokens_per_second,
                            *request.env().timers, request.scope(), builder);
}

// All that may fail, in order.
Task<absl::Status> RunStages(RequestContext& request, PluginRun& plugins,
                             ReplyBuilder& builder, CopySender send_copy) {
  const Snapshot& snapshot = request.snapshot();
  AIGW_CO_RETURN_IF_ERROR(Validate(request));
  std::optional<AnswerInstead> answer;
  if (plugins.Has(Stage::kBeforeRequest)) {
    AIGW_CO_RETURN_IF_ERROR(CheckModelRight(snapshot, request.settings().caller,
                                            request.chat().model()));
    AIGW_CO_ASSIGN_OR_RETURN(answer, co_await plugins.Before());
  }
  if (answer.has_value() && request.embed() != nullptr) {
    co_return Error(ErrorReason::kInternal,
                    "a plugin answered in place of vectors");
  }
  if (answer.has_value()) {
    // Plugins may have changed the model, and none is planned for.
    AIGW_CO_RETURN_IF_ERROR(CheckModelRight(snapshot, request.settings().caller,
                                            request.chat().model()));
    AIGW_CO_RETURN_IF_ERROR(co_await GiveOut(request, *answer, builder));
  } else {
    // Not in one expression: what it gives must live across the wait.
    AIGW_CO_ASSIGN_OR_RETURN(const RoutePlan plan, PlanCalls(request));
    for (const PlannedCopy& copy : plan.copies) send_copy(copy);
    AIGW_CO_RETURN_IF_ERROR(
        co_await WalkTargets(request, plan.calls, snapshot.walk(), builder));
    builder.TellAnswer();
  }
  if (plugins.Has(Stage::kAfterRequest)) {
    builder.JoinStream();
    AIGW_CO_RETURN_IF_ERROR(co_await plugins.After(builder.response()));
  }
  CompleteRoute(request);
  builder.Deliver();
  co_return absl::OkStatus();
}

}  // namespace

Task<PipelineResult> RunPipeline(RequestContext& request, ReplySink& reply,
                                 CopySender send_copy) {
  request.route().set_config_revision(request.snapshot().revision());
  PluginRun plugins(request.snapshot().plugins(), request);
  ReplyBuilder builder(request, plugins, reply);

  PipelineResult result;
  result.status = co_await RunStages(request, plugins, builder, send_copy);
  if (!result.status.ok()) {
    CompleteRoute(request);
    if (plugins.Has(Stage::kOnError)) co_await plugins.OnError(result.status);
  }
  plugins.End(result.status);
  result.usage = builder.usage();
  result.text_bytes = builder.text_bytes();
  result.events = builder.events();
  result.finish_reasons = builder.finish_reasons();
  co_return result;
}

}  // namespace aigateway

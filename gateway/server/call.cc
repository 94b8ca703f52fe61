#include "gateway/server/call.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "grpc/support/time.h"

#include "gateway/base/check.h"
#include "gateway/base/errors.h"
#include "gateway/base/loop.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/timers.h"
#include "gateway/core/snapshot.h"
#include "gateway/server/auth.h"
#include "gateway/server/call_metadata.h"
#include "gateway/server/grpc_status.h"
#include "gateway/server/refusals.h"

namespace aigateway {
namespace {

// gRPC's clients round a time limit up by up to 1 % when they send it, and it
// travels: a client's deadline passes, and its cancellation may come, that much
// before ours.
constexpr double kDeadlineRounding = 0.01;
constexpr absl::Duration kDeadlineTravel = absl::Milliseconds(5);

absl::Status ClientGone() {
  return Error(ErrorReason::kCancelled, "the client cancelled the call");
}

}  // namespace

Call::Call(CallHost* host)
    : host_(host),
      queue_(host->queues[host->next_loop].get()),
      loop_(static_cast<int>(host->next_loop)) {
  host->next_loop = (host->next_loop + 1) % host->queues.size();
  // Comes on the loop's queue, once, if the call arrives at all.
  server_context_.AsyncNotifyWhenDone(&done_tag_);
}

Call::~Call() {
  if (!entered_) return;
  queue_->Leave(*this);
  host_->open_calls.Remove();
}

void Call::OnArrival(bool ok) {
  if (!ok) {  // The server has shut down.
    delete this;
    return;
  }
  host_->open_calls.Add();
  if (host_->arrivals->open()) ExpectAnother();
  queue_->env().loop->Spawn(Run());
  // The loop may have freed this call already.
}

Task<void> Call::Run() {
  entered_ = true;
  queue_->Enter(*this);
  absl::Status status = Admit();
  if (status.ok()) {
    status = co_await host_->gateway->Serve(*request_, *this);
  } else {
    NoteRefusal(status);
  }
  outcome_ = std::move(status);
  served_ = true;
  OnServed();
}

absl::Status Call::Admit() {
  if (gone_) return ClientGone();
  if (host_->draining.load(std::memory_order_acquire)) {
    return ShuttingDown();
  }
  const ClientMetadata& metadata = server_context_.client_metadata();
  std::shared_ptr<const Snapshot> snapshot = host_->gateway->snapshot(loop_);
  RequestSettings settings;
  AIGW_ASSIGN_OR_RETURN(settings.caller,
                        CheckKey(snapshot->auth().get(), host_->without_keys,
                                 metadata, KeyScope::kRoute));
  v1::ChatRequest* chat = nullptr;
  const v1::RoutingOptions* options = nullptr;
  if (!ParseRequest(&chat, &options)) {
    return Error(ErrorReason::kInvalidRequest,
                 "the request cannot be read: its bytes are not the message "
                 "that this call takes");
  }
  ReadDeadline();
  settings.deadline = deadline_;
  settings.stream = method() == Method::kRouteStream;
  settings.embed = embed();
  settings.request_id = options->request_id().empty()
                            ? std::string(ReadRequestId(metadata))
                            : options->request_id();
  if (std::optional<TraceContext> trace = ReadTraceContext(metadata)) {
    settings.trace_id = std::move(trace->trace_id);
    settings.traceparent = std::move(trace->traceparent);
    settings.tracestate = std::move(trace->tracestate);
  }
  request_.emplace(queue_->env(), std::move(snapshot), *chat, *options,
                   std::move(settings));
  return absl::OkStatus();
}

void Call::NoteRefusal(const absl::Status& status) {
  v1::RouteInfo route;
  route.set_request_id(
      std::string(ReadRequestId(server_context_.client_metadata())));
  const absl::Time now = queue_->env().timers->Now();
  host_->gateway->NoteUnserved(
      {.method = method(), .start = now, .status = status, .route = &route});
}

void Call::ReadDeadline() {
  // Taken as what is left of it: the loop's clock is not gRPC's.
  const gpr_timespec deadline = server_context_.raw_deadline();
  if (gpr_time_cmp(deadline, gpr_inf_future(deadline.clock_type)) == 0) return;
  const gpr_timespec left =
      gpr_time_sub(deadline, gpr_now(deadline.clock_type));
  const absl::Duration limit =
      absl::Seconds(left.tv_sec) + absl::Nanoseconds(left.tv_nsec);
  deadline_ = queue_->env().timers->Now() + limit;
  deadline_slack_ = std::max(limit * kDeadlineRounding, kDeadlineTravel);
}

void Call::Cancel(const absl::Status& reason) {
  if (request_.has_value()) request_->scope().Cancel(reason);
}

void Call::OnGone() {
  gone_ = true;
  if (!request_.has_value()) return;
  // gRPC cancels at the client's deadline by itself.
  const bool late = queue_->env().timers->Now() >= deadline_ - deadline_slack_;
  request_->scope().Cancel(late ? Error(ErrorReason::kDeadlineExceeded,
                                        "the caller's deadline passed")
                                : ClientGone());
}

void Call::OnDone(bool ok) {
  done_ = true;
  if (server_context_.IsCancelled()) OnGone();
  ReleaseIfOver();
}

void Call::OnFinished(bool ok) {
  finished_ = true;
  ReleaseIfOver();
}

void Call::ReleaseIfOver() {
  if (served_ && finished_ && done_ && !is_writing()) delete this;
}

grpc::Status Call::TakeFinalStatus(bool complete) {
  if (outcome_.ok() && !complete) {
    outcome_ = Error(ErrorReason::kInternal,
                     "the request succeeded without a whole answer");
  }
  AddTrailingMetadata();
  // A client with a retry policy waits as long before it tries again (gRFC A6).
  if (const std::string pushback = RetryPushback(outcome_); !pushback.empty()) {
    server_context_.AddTrailingMetadata("grpc-retry-pushback-ms", pushback);
  }
  return ToGrpcStatus(outcome_,
                      request_.has_value() ? &request_->route() : nullptr);
}

void Call::AddTrailingMetadata() {
  // In the trailer only: a client's own retry policy counts headers as the
  // beginning of an answer (gRFC A6), and there may be none yet.
  if (!request_.has_value()) {
    const absl::string_view id =
        ReadRequestId(server_context_.client_metadata());
    if (!id.empty()) {
      server_context_.AddTrailingMetadata("x-request-id", MetadataValue(id));
    }
    return;
  }
  const v1::RouteInfo& route = request_->route();
  server_context_.AddTrailingMetadata("x-request-id",
                                      MetadataValue(request_->request_id()));
  if (!route.target().empty()) {
    server_context_.AddTrailingMetadata("x-aigateway-target",
                                        MetadataValue(route.target()));
  }
  server_context_.AddTrailingMetadata("x-aigateway-attempts",
                                      absl::StrCat(route.attempts_size()));
}

}  // namespace aigateway

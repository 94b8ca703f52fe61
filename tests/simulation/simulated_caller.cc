#include "tests/simulation/simulated_caller.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "tests/simulation/simulated_answer_text.h"

namespace aigateway {
namespace {

// One event as short text.
std::string Say(const v1::RouteStreamResponse& event) {
  switch (event.event_case()) {
    case v1::RouteStreamResponse::kStarted:
      return absl::StrCat("started ", event.started().route().target());
    case v1::RouteStreamResponse::kDelta:
      return absl::StrCat("delta ", event.delta().text().size());
    case v1::RouteStreamResponse::kFailover:
      return absl::StrCat("failover to ", event.failover().to(), " at ",
                          event.failover().resume_offset());
    case v1::RouteStreamResponse::kFinish:
      return "finish";
    case v1::RouteStreamResponse::kEnd:
      return "end";
    default:
      return "?";
  }
}

}  // namespace

SimulatedCaller::SimulatedCaller(const SimulatedRequest& request,
                                 const Env& env, Gateway* gateway,
                                 Ledger* ledger, SimulationTrace* trace,
                                 Random* random)
    : request_(request),
      env_(env),
      gateway_(*gateway),
      ledger_(*ledger),
      trace_(*trace),
      random_(*random),
      check_(request.number, request.stream) {
  chat_.set_model("m1");
  chat_.set_user(request.user);
  v1::Message& message = *chat_.add_messages();
  message.set_role(v1::ROLE_USER);
  message.set_content(QuestionText(request.number));
  options_.set_on_interruption(request.on_interruption);
  options_.set_priority(request.priority);
}

Task<void> SimulatedCaller::Run() {
  RequestSettings settings;
  settings.deadline = env_.timers->Now() + request_.time_limit;
  settings.stream = request_.stream;
  ledger_.OnRequest(request_);
  RequestContext context(env_, gateway_.snapshot(0), chat_, options_,
                         std::move(settings));
  context_ = &context;
  const Timers::Handle cancel =
      env_.timers->After(request_.cancel_after, [this] { Leave(); });
  const absl::Status status = co_await gateway_.Serve(context, *this);
  Check(check_.OnEnd(status));
  ledger_.OnReplyEnd(request_.number, status, context.route());
  resume_timer_.Reset();
  context_ = nullptr;
}

void SimulatedCaller::Leave() {
  if (context_ == nullptr) return;
  ledger_.OnCancel(request_.number);
  context_->scope().Cancel(
      Error(ErrorReason::kCancelled, "the caller went away"));
}

void SimulatedCaller::Check(const std::string& broken) {
  if (broken.empty()) return;
  trace_.Break(absl::StrCat("request ", request_.number, ": ", broken));
}

void SimulatedCaller::OnResponse(v1::RouteResponse& response) {
  trace_.Add("response ", request_.number);
  Check(check_.OnResponse(response));
}

void SimulatedCaller::OnEvent(v1::RouteStreamResponse& event) {
  trace_.Add("event ", request_.number, " ", Say(event));
  ledger_.OnFirstEvent(request_.number);
  Check(check_.OnEvent(event));
  if (random_.Uniform() < request_.leave_share) Leave();
  MayPause();
}

void SimulatedCaller::MayPause() {
  if (context_->flow().paused() || random_.Uniform() >= request_.pause_share) {
    return;
  }
  trace_.Add("pause ", request_.number);
  context_->flow().Pause();
  resume_timer_ =
      env_.timers->After(absl::Seconds(20) * random_.Uniform(), [this] {
        trace_.Add("resume ", request_.number);
        context_->flow().Resume();
      });
}

}  // namespace aigateway

#include "tests/fakes/fake_caller.h"

#include <utility>

#include "gateway/base/check.h"
#include "gateway/base/env.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/timers.h"
#include "gateway/core/request_context.h"

namespace aigateway {

Task<absl::Status> FakeCaller::Call(const TargetCall& call, EventSink& sink) {
  Timers& timers = *call.request.env().timers;
  times_.push_back(timers.Now());
  continued_.reset();
  if (call.continued != nullptr) {
    continued_ = call.continued->messages().rbegin()->content();
  }
  AIGW_CHECK(!scripts_.empty());
  const Script script = scripts_.front();
  if (scripts_.size() > 1) scripts_.pop_front();

  if (script.before > absl::ZeroDuration()) {
    AIGW_CO_RETURN_IF_ERROR(co_await timers.Sleep(call.scope, script.before));
  }
  bool first = true;
  for (const std::string& text : script.events) {
    if (!first && script.between > absl::ZeroDuration()) {
      AIGW_CO_RETURN_IF_ERROR(
          co_await timers.Sleep(call.scope, script.between));
    }
    first = false;
    v1::Delta delta;
    delta.set_text(text);
    AIGW_CO_RETURN_IF_ERROR(sink.OnDelta(delta));
  }
  if (script.text.has_value()) {
    v1::ChatResponse response;
    response.add_choices()->mutable_message()->set_content(*script.text);
    AIGW_CO_RETURN_IF_ERROR(sink.OnResponse(response));
  }
  if (script.after > absl::ZeroDuration()) {
    AIGW_CO_RETURN_IF_ERROR(co_await timers.Sleep(call.scope, script.after));
  }
  if (script.end.ok() && !script.text.has_value()) {
    v1::Finish finish;
    finish.set_finish_reason(v1::FINISH_REASON_STOP);
    AIGW_CO_RETURN_IF_ERROR(sink.OnFinish(finish));
    v1::End end;
    AIGW_CO_RETURN_IF_ERROR(sink.OnEnd(end));
  }
  co_return script.end;
}

}  // namespace aigateway

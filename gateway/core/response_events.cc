#include "gateway/core/response_events.h"

#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

void FillToolCalls(const v1::Message& message, v1::Delta& delta) {
  for (int i = 0; i < message.tool_calls_size(); ++i) {
    const v1::ToolCall& call = message.tool_calls(i);
    v1::ToolCallDelta& piece = *delta.add_tool_calls();
    piece.set_index(i);
    piece.set_id(call.id());
    piece.set_name(call.name());
    piece.set_arguments(call.arguments());
    if (call.has_signature()) piece.set_signature(call.signature());
  }
}

}  // namespace

bool SaysNothing(const v1::Delta& delta) {
  return delta.text().empty() && delta.reasoning().empty() &&
         delta.refusal().empty() && delta.tool_calls().empty() &&
         delta.reasoning_blocks().empty() && delta.parts().empty() &&
         !delta.has_logprobs();
}

absl::Status PlayResponse(const v1::ChatResponse& response, EventSink& sink) {
  for (const v1::Choice& choice : response.choices()) {
    const v1::Message& message = choice.message();
    v1::Delta delta;
    delta.set_index(choice.index());
    delta.set_text(message.content());
    delta.set_reasoning(message.reasoning_content());
    delta.set_refusal(message.refusal());
    *delta.mutable_parts() = message.parts();
    *delta.mutable_reasoning_blocks() = message.reasoning_blocks();
    FillToolCalls(message, delta);
    if (choice.has_logprobs()) *delta.mutable_logprobs() = choice.logprobs();
    AIGW_RETURN_IF_ERROR(sink.OnDelta(delta));
    v1::Finish finish;
    finish.set_index(choice.index());
    finish.set_finish_reason(choice.finish_reason());
    finish.set_provider_finish_reason(choice.provider_finish_reason());
    AIGW_RETURN_IF_ERROR(sink.OnFinish(finish));
  }
  v1::End end;
  if (response.has_usage()) *end.mutable_usage() = response.usage();
  end.set_id(response.id());
  end.set_model(response.model());
  end.set_system_fingerprint(response.system_fingerprint());
  end.set_service_tier(response.service_tier());
  if (response.has_provider_metadata()) {
    *end.mutable_provider_metadata() = response.provider_metadata();
  }
  return sink.OnEnd(end);
}

}  // namespace aigateway

#include "providers/anthropic_response.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "providers/anthropic_answer.h"
#include "providers/anthropic_error.h"
#include "providers/anthropic_event.h"
#include "providers/anthropic_metadata.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

// Adds a delta to the message that it is a piece of.
void Join(v1::Delta& delta, v1::Message* message) {
  if (!delta.text().empty()) {
    absl::StrAppend(message->mutable_content(), delta.text());
  }
  if (!delta.reasoning().empty()) {
    absl::StrAppend(message->mutable_reasoning_content(), delta.reasoning());
  }
  for (v1::ToolCallDelta& piece : *delta.mutable_tool_calls()) {
    while (message->tool_calls_size() <= piece.index()) {
      message->add_tool_calls();
    }
    v1::ToolCall* const call = message->mutable_tool_calls(piece.index());
    if (!piece.id().empty()) {
      call->set_id(std::move(*piece.mutable_id()));
      call->set_name(std::move(*piece.mutable_name()));
    }
    absl::StrAppend(call->mutable_arguments(), piece.arguments());
  }
  for (v1::ReasoningBlock& block : *delta.mutable_reasoning_blocks()) {
    *message->add_reasoning_blocks() = std::move(block);
  }
}

}  // namespace

absl::StatusOr<v1::ChatResponse> ReadAnthropicResponse(
    const HttpResponse& response, const CallOptions& options,
    const Redactor& redactor) {
  const auto unreadable = [&](absl::string_view what) {
    return UnreadableAnswer(what, response.status, response.body, redactor,
                            options.credential);
  };
  AnthropicEvent read;
  JsonReader reader;
  const absl::Status status =
      ReadAnthropicMessage(reader, response.body, &read);
  if (!status.ok()) return unreadable(status.message());
  if (read.has_error) {
    return AnthropicInnerError(read.error, redactor, options.credential);
  }
  AnthropicMessage& message = read.message;
  if (!message.has_content) return unreadable("it has no content");
  for (const AnthropicContentBlock& block : message.content) {
    if (block.type == "text" && !block.has_text) {
      return unreadable("a text has nothing in it");
    }
    if (block.type == "tool_use" && !block.has_input) {
      return unreadable("a tool call has no input");
    }
  }

  AnthropicMetadata metadata;
  AnthropicAnswer answer(&metadata, options.warnings);
  answer.set_model(message.model);
  v1::ChatResponse chat;
  v1::Choice* const choice = chat.add_choices();
  choice->mutable_message()->set_role(v1::ROLE_ASSISTANT);
  v1::Finish finish;
  v1::Delta delta;
  for (size_t i = 0; i < message.content.size(); ++i) {
    const auto index = static_cast<int64_t>(i);
    AIGW_RETURN_IF_ERROR(
        answer.Begin(index, std::move(message.content[i]), &delta));
    answer.End(index, &delta);
  }
  AIGW_RETURN_IF_ERROR(answer.Finish(message.stop, &delta, &finish));
  Join(delta, choice->mutable_message());
  choice->set_finish_reason(finish.finish_reason());
  choice->set_provider_finish_reason(finish.provider_finish_reason());

  chat.set_id(std::move(message.id));
  chat.set_model(std::move(message.model));
  chat.set_service_tier(message.usage.service_tier());
  v1::Usage usage;
  if (message.usage.Write(&usage)) *chat.mutable_usage() = std::move(usage);
  message.usage.Write(&metadata);
  metadata.Set("container", message.container);
  metadata.SetText("request_id", response.headers.Get("request-id"));
  if (!metadata.empty()) {
    *chat.mutable_provider_metadata() = metadata.members();
  }
  return chat;
}

}  // namespace aigateway

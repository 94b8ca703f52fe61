#include "gateway/core/stream_joiner.h"

#include <utility>

namespace aigateway {
namespace {

// Calls in one message; an index beyond is a provider's invention.
constexpr int kMaxToolCalls = 4096;

void AddToolCall(const v1::ToolCallDelta& piece, v1::Message& message) {
  if (piece.index() < 0 || piece.index() >= kMaxToolCalls) return;
  while (message.tool_calls_size() <= piece.index()) message.add_tool_calls();
  v1::ToolCall& call = *message.mutable_tool_calls(piece.index());
  if (!piece.id().empty()) call.set_id(piece.id());
  if (!piece.name().empty()) call.set_name(piece.name());
  call.mutable_arguments()->append(piece.arguments());
  if (piece.has_signature()) call.set_signature(piece.signature());
}

void AddText(const std::string& text, v1::Message& message) {
  if (text.empty()) return;
  // Text after another kind of part is a part of its own, or goes on with it.
  if (message.parts_size() == 0) {
    message.mutable_content()->append(text);
    return;
  }
  const int last = message.parts_size() - 1;
  if (message.parts(last).has_text()) {
    message.mutable_parts(last)->mutable_text()->append(text);
  } else {
    message.add_parts()->set_text(text);
  }
}

void AddPart(const v1::ContentPart& part, v1::Message& message) {
  if (message.has_content()) {
    if (!message.content().empty()) {
      message.add_parts()->set_text(message.content());
    }
    message.clear_content();
  }
  *message.add_parts() = part;
}

}  // namespace

void StreamJoiner::Add(const v1::Delta& delta) {
  v1::Choice& choice = choices_[delta.index()];
  choice.set_index(delta.index());
  v1::Message& message = *choice.mutable_message();
  message.set_role(v1::ROLE_ASSISTANT);
  AddText(delta.text(), message);
  for (const v1::ContentPart& part : delta.parts()) AddPart(part, message);
  if (!delta.reasoning().empty()) {
    message.mutable_reasoning_content()->append(delta.reasoning());
  }
  if (!delta.refusal().empty()) {
    message.mutable_refusal()->append(delta.refusal());
  }
  for (const v1::ToolCallDelta& piece : delta.tool_calls()) {
    AddToolCall(piece, message);
  }
  message.mutable_reasoning_blocks()->MergeFrom(delta.reasoning_blocks());
  if (delta.has_logprobs()) {
    choice.mutable_logprobs()->MergeFrom(delta.logprobs());
  }
}

void StreamJoiner::Add(const v1::Finish& finish) {
  v1::Choice& choice = choices_[finish.index()];
  choice.set_index(finish.index());
  choice.mutable_message()->set_role(v1::ROLE_ASSISTANT);
  choice.set_finish_reason(finish.finish_reason());
  choice.set_provider_finish_reason(finish.provider_finish_reason());
}

void StreamJoiner::Add(const v1::End& end) { end_ = end; }

v1::ChatResponse StreamJoiner::Response() const {
  v1::ChatResponse response;
  response.set_id(end_.id());
  response.set_model(end_.model());
  response.set_system_fingerprint(end_.system_fingerprint());
  response.set_service_tier(end_.service_tier());
  if (end_.has_usage()) *response.mutable_usage() = end_.usage();
  if (end_.has_provider_metadata()) {
    *response.mutable_provider_metadata() = end_.provider_metadata();
  }
  for (const auto& [index, choice] : choices_) {
    *response.add_choices() = choice;
  }
  return response;
}

}  // namespace aigateway

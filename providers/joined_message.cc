#include "providers/joined_message.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace aigateway {

v1::Message JoinedMessage(v1::Delta& delta) {
  v1::Message message;
  message.set_role(v1::ROLE_ASSISTANT);
  if (delta.parts().empty()) {
    if (!delta.text().empty()) {
      message.mutable_content()->swap(*delta.mutable_text());
    }
  } else {
    if (!delta.text().empty()) message.add_parts()->set_text(delta.text());
    for (v1::ContentPart& part : *delta.mutable_parts()) {
      *message.add_parts() = std::move(part);
    }
  }
  if (!delta.reasoning().empty()) {
    message.mutable_reasoning_content()->swap(*delta.mutable_reasoning());
  }
  if (!delta.refusal().empty()) {
    message.mutable_refusal()->swap(*delta.mutable_refusal());
  }
  message.mutable_reasoning_blocks()->Swap(delta.mutable_reasoning_blocks());
  for (v1::ToolCallDelta& piece : *delta.mutable_tool_calls()) {
    while (message.tool_calls_size() <= piece.index()) message.add_tool_calls();
    v1::ToolCall& call = *message.mutable_tool_calls(piece.index());
    if (!piece.id().empty()) call.set_id(piece.id());
    if (!piece.name().empty()) call.set_name(piece.name());
    absl::StrAppend(call.mutable_arguments(), piece.arguments());
    if (piece.has_signature()) call.set_signature(piece.signature());
  }
  return message;
}

}  // namespace aigateway

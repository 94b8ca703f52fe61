#include "providers/responses/responses_block.h"

#include "absl/status/status.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"

namespace aigateway {

ResponsesBlock ReadResponsesBlock(absl::string_view opaque) {
  using Kind = ResponsesBlock::Kind;
  ResponsesBlock block;
  int types = 0;
  bool sealed = false;
  // IsJson() is stricter than the reader about bytes that are not UTF-8.
  if (opaque.empty() || !IsJson(opaque)) return block;
  JsonReader reader;
  const absl::Status status = reader.Read(opaque, [&](JsonValue& root) {
    return root.ForEachField([&](absl::string_view key, JsonValue& value) {
      const absl::string_view text = value.AsString().value_or("");
      if (key == "type") {
        // Of equal members a server may take any.
        ++types;
        if (text == "reasoning") block.kind = Kind::kReasoning;
        if (text == "message") block.kind = Kind::kMessage;
        if (text == "function_call") block.kind = Kind::kCall;
      } else if (key == "encrypted_content") {
        sealed = !text.empty();
      } else if (key == "phase") {
        block.phase = std::string(text);
      } else if (key == "bytes") {
        block.bytes = value.AsInt().value_or(0);
      } else if (key == "call_id") {
        block.call_id = std::string(text);
      }
      return absl::OkStatus();
    });
  });
  const bool unsealed = block.kind == Kind::kReasoning && !sealed;
  if (!status.ok() || types != 1 || unsealed) block.kind = Kind::kOther;
  return block;
}

std::string MessageMark(absl::string_view phase, int64_t bytes) {
  std::string mark;
  JsonWriter out(&mark);
  out.StartObject();
  out.Field("type", "message");
  if (!phase.empty()) out.Field("phase", phase);
  out.IntField("bytes", bytes);
  out.EndObject();
  return mark;
}

std::string CallMark(absl::string_view call_id) {
  std::string mark;
  JsonWriter out(&mark);
  out.StartObject();
  out.Field("type", "function_call");
  out.Field("call_id", call_id);
  out.EndObject();
  return mark;
}

}  // namespace aigateway

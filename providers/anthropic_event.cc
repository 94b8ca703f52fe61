#include "providers/anthropic_event.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

absl::Status ReadText(absl::string_view name, JsonValue& value,
                      std::string* text) {
  if (value.is_null()) {
    text->clear();
    return absl::OkStatus();
  }
  const std::optional<absl::string_view> found = value.AsString();
  if (!found.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(name, " is not a text"));
  }
  text->assign(found->data(), found->size());
  return absl::OkStatus();
}

// An object or array as text. Null is empty.
void ReadJson(JsonValue& value, std::string* json) {
  if (!value.is_null()) *json = std::string(value.Raw());
}

absl::Status ReadBlock(JsonValue& value, AnthropicContentBlock* block) {
  if (value.kind() != JsonValue::Kind::kObject) {
    return absl::InvalidArgumentError("a content block is not an object");
  }
  AIGW_RETURN_IF_ERROR(
      value.ForEachField([&](absl::string_view key, JsonValue& field) {
        if (key == "type") return ReadText("type", field, &block->type);
        if (key == "text") {
          block->has_text = true;
          return ReadText("text", field, &block->text);
        }
        if (key == "thinking") return ReadText(key, field, &block->thinking);
        if (key == "signature") return ReadText(key, field, &block->signature);
        if (key == "data") return ReadText("data", field, &block->data);
        if (key == "id") return ReadText("id", field, &block->id);
        if (key == "name") return ReadText("name", field, &block->name);
        if (key == "input") {
          block->has_input = true;
          ReadJson(field, &block->input);
        } else if (key == "citations") {
          return field.ForEachItem([&](JsonValue& citation) {
            block->citations.emplace_back(citation.Raw());
            return absl::OkStatus();
          });
        }
        return absl::OkStatus();
      }));
  if (block->type.empty()) {
    return absl::InvalidArgumentError("a content block has no type");
  }
  const bool is_usual = block->type == "text" || block->type == "thinking" ||
                        block->type == "redacted_thinking" ||
                        block->type == "tool_use";
  if (!is_usual) block->json = std::string(value.Raw());
  return absl::OkStatus();
}

// One object, for the deltas of blocks and of messages are both called so.
absl::Status ReadDelta(JsonValue& value, AnthropicEvent* event) {
  AnthropicBlockDelta& delta = event->delta;
  return value.ForEachField([&](absl::string_view key, JsonValue& field) {
    if (key == "type") return ReadText("type", field, &delta.type);
    if (key == "text") return ReadText(key, field, &delta.text.emplace());
    if (key == "thinking") {
      return ReadText(key, field, &delta.thinking.emplace());
    }
    if (key == "signature") {
      return ReadText(key, field, &delta.signature.emplace());
    }
    if (key == "partial_json") {
      return ReadText(key, field, &delta.partial_json.emplace());
    }
    if (key == "stop_reason") return ReadText(key, field, &event->stop.reason);
    if (key == "stop_sequence") {
      return ReadText(key, field, &event->stop.sequence);
    }
    if (key == "stop_details") ReadJson(field, &event->stop.details);
    if (key == "citation") ReadJson(field, &delta.citation);
    if (key == "content") ReadJson(field, &delta.content);
    if (key == "container") ReadJson(field, &event->message.container);
    return absl::OkStatus();
  });
}

absl::Status ReadContent(JsonValue& value, AnthropicMessage* message) {
  switch (value.kind()) {
    case JsonValue::Kind::kNull:
      return absl::OkStatus();
    case JsonValue::Kind::kString: {
      // It is plain what is meant.
      message->has_content = true;
      AnthropicContentBlock& block = message->content.emplace_back();
      block.type = "text";
      block.has_text = true;
      return ReadText("content", value, &block.text);
    }
    case JsonValue::Kind::kArray:
      message->has_content = true;
      return value.ForEachItem([&](JsonValue& item) {
        return ReadBlock(item, &message->content.emplace_back());
      });
    default:
      return absl::InvalidArgumentError("content is not a list");
  }
}

// A member of an answer; others are passed over.
absl::Status ReadMessageField(absl::string_view key, JsonValue& field,
                              AnthropicMessage* message) {
  if (key == "id") return ReadText("id", field, &message->id);
  if (key == "model") return ReadText("model", field, &message->model);
  if (key == "content") return ReadContent(field, message);
  if (key == "stop_reason") return ReadText(key, field, &message->stop.reason);
  if (key == "stop_sequence") {
    return ReadText(key, field, &message->stop.sequence);
  }
  if (key == "stop_details") ReadJson(field, &message->stop.details);
  if (key == "container") ReadJson(field, &message->container);
  if (key == "usage") return message->usage.Read(field);
  return absl::OkStatus();
}

void ReadError(JsonValue& value, AnthropicEvent* event) {
  if (value.is_null()) return;
  event->has_error = true;
  event->error = ReadErrorValue(value);
}

absl::Status CheckDelta(const AnthropicBlockDelta& delta) {
  const bool is_whole =
      delta.type == "text_delta"         ? delta.text.has_value()
      : delta.type == "thinking_delta"   ? delta.thinking.has_value()
      : delta.type == "signature_delta"  ? delta.signature.has_value()
      : delta.type == "input_json_delta" ? delta.partial_json.has_value()
                                         : !delta.type.empty();
  return is_whole ? absl::OkStatus()
                  : absl::InvalidArgumentError("a delta has nothing in it");
}

absl::Status CheckEvent(const AnthropicEvent& event) {
  if (!absl::StartsWith(event.type, "content_block_")) return absl::OkStatus();
  if (!event.index.has_value() || *event.index < 0) {
    return absl::InvalidArgumentError("it has no index");
  }
  if (event.type == "content_block_start" && event.block.type.empty()) {
    return absl::InvalidArgumentError("it has no content block");
  }
  if (event.type == "content_block_delta") return CheckDelta(event.delta);
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadAnthropicEvent(JsonReader& reader, absl::string_view json,
                                AnthropicEvent* event) {
  AIGW_RETURN_IF_ERROR(reader.Read(json, [&](JsonValue& root) {
    event->is_null = root.is_null();
    if (!event->is_null && root.kind() != JsonValue::Kind::kObject) {
      return absl::InvalidArgumentError("it is not an object");
    }
    return root.ForEachField([&](absl::string_view key, JsonValue& field) {
      if (key == "type") return ReadText("type", field, &event->type);
      if (key == "delta") return ReadDelta(field, event);
      if (key == "content_block") return ReadBlock(field, &event->block);
      if (key == "message") {
        return field.ForEachField([&](absl::string_view name, JsonValue& each) {
          return ReadMessageField(name, each, &event->message);
        });
      }
      if (key == "usage") return event->usage.Read(field);
      if (key == "index") event->index = field.AsInt();
      if (key == "error") ReadError(field, event);
      return absl::OkStatus();
    });
  }));
  return CheckEvent(*event);
}

absl::Status ReadAnthropicMessage(JsonReader& reader, absl::string_view json,
                                  AnthropicEvent* event) {
  return reader.Read(json, [&](JsonValue& root) {
    if (root.kind() != JsonValue::Kind::kObject) {
      return absl::InvalidArgumentError("it is not an object");
    }
    return root.ForEachField([&](absl::string_view key, JsonValue& field) {
      if (key == "type") return ReadText("type", field, &event->type);
      if (key == "error") {
        ReadError(field, event);
        return absl::OkStatus();
      }
      return ReadMessageField(key, field, &event->message);
    });
  });
}

}  // namespace aigateway

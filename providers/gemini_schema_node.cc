#include "providers/gemini_schema_node.h"

#include <string>

#include "absl/status/status.h"

#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

absl::Status ReadNode(JsonValue& value, GeminiSchemaNode* node) {
  node->kind = value.kind();
  switch (value.kind()) {
    case JsonValue::Kind::kObject:
      return value.ForEachField([&](absl::string_view key, JsonValue& field) {
        node->members.push_back({std::string(key), {}});
        return ReadNode(field, &node->members.back().value);
      });
    case JsonValue::Kind::kArray:
      return value.ForEachItem([&](JsonValue& item) {
        node->items.emplace_back();
        return ReadNode(item, &node->items.back());
      });
    case JsonValue::Kind::kString:
      node->text = std::string(value.AsString().value_or(""));
      return absl::OkStatus();
    default:
      node->text = std::string(value.Raw());
      return absl::OkStatus();
  }
}

}  // namespace

const GeminiSchemaNode* GeminiSchemaNode::Find(absl::string_view key) const {
  for (const GeminiSchemaMember& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

absl::StatusOr<GeminiSchemaNode> ReadGeminiSchema(absl::string_view schema) {
  GeminiSchemaNode root;
  JsonReader reader;
  AIGW_RETURN_IF_ERROR(reader.Read(
      schema, [&root](JsonValue& value) { return ReadNode(value, &root); }));
  if (!root.is_object()) {
    return absl::InvalidArgumentError("a JSON schema must be a JSON object");
  }
  return root;
}

void WriteGeminiSchemaNode(const GeminiSchemaNode& node, JsonWriter& out) {
  if (node.is_object()) {
    out.StartObject();
    for (const GeminiSchemaMember& member : node.members) {
      out.Key(member.key);
      WriteGeminiSchemaNode(member.value, out);
    }
    out.EndObject();
  } else if (node.is_array()) {
    out.StartArray();
    for (const GeminiSchemaNode& item : node.items) {
      WriteGeminiSchemaNode(item, out);
    }
    out.EndArray();
  } else if (node.is_string()) {
    out.String(node.text);
  } else {
    out.Raw(node.text);
  }
}

}  // namespace aigateway

#ifndef AIGATEWAY_PROVIDERS_GEMINI_SCHEMA_NODE_H_
#define AIGATEWAY_PROVIDERS_GEMINI_SCHEMA_NODE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"

namespace aigateway {

struct GeminiSchemaMember;

// A value of a JSON schema. A schema has to be seen whole before any of it can
// be rewritten, for it refers to itself.
struct GeminiSchemaNode {
  JsonValue::Kind kind = JsonValue::Kind::kNull;
  std::string text;  // Of a string decoded, of another scalar as it came.
  std::vector<GeminiSchemaMember> members;  // Of an object, in order.
  std::vector<GeminiSchemaNode> items;      // Of an array.

  bool is_object() const { return kind == JsonValue::Kind::kObject; }
  bool is_array() const { return kind == JsonValue::Kind::kArray; }
  bool is_string() const { return kind == JsonValue::Kind::kString; }
  bool is_number() const { return kind == JsonValue::Kind::kNumber; }
  bool is_null() const { return kind == JsonValue::Kind::kNull; }
  // Whether it is the string `word`.
  bool Is(absl::string_view word) const { return is_string() && text == word; }
  // The member `key` of an object; null if there is none.
  const GeminiSchemaNode* Find(absl::string_view key) const;
};

struct GeminiSchemaMember {
  std::string key;
  GeminiSchemaNode value;
};

// Reads JSON text. Its depth is bounded by JsonReader. Fails with a plain
// InvalidArgument if it is not a JSON object.
absl::StatusOr<GeminiSchemaNode> ReadGeminiSchema(absl::string_view schema);

// Writes a value as it was read.
void WriteGeminiSchemaNode(const GeminiSchemaNode& node, JsonWriter& out);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_SCHEMA_NODE_H_

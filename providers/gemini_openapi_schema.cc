#include "providers/gemini_openapi_schema.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/status_macros.h"
#include "providers/gemini_flat_schema.h"
#include "providers/gemini_schema_node.h"

namespace aigateway {
namespace {

using Node = GeminiSchemaNode;
using Member = GeminiSchemaMember;
using Flat = GeminiFlatSchema;

// How large a schema may be, how many schemas its references may unfold to,
// and how deep.
constexpr size_t kMaxBytes = size_t{1} << 20;
constexpr int kMaxSchemas = 5000;
constexpr int kMaxDepth = 64;

// The only ones that are taken; another is a 400.
constexpr absl::string_view kFormats[] = {"date-time", "float", "double",
                                          "int32", "int64"};

// Of `enum` and `const`.
std::vector<const Node*> Values(const Flat& flat) {
  std::vector<const Node*> values;
  if (const Node* value = flat.Find("const")) {
    values.push_back(value);
  } else if (const Node* list = flat.Find("enum")) {
    for (const Node& each : list->items) values.push_back(&each);
  }
  return values;
}

std::string GuessType(const Flat& flat) {
  if (!flat.properties.empty()) return "OBJECT";
  if (flat.Find("items") != nullptr || flat.Find("prefixItems") != nullptr) {
    return "ARRAY";
  }
  for (const Node* value : Values(flat)) {
    if (value->is_string()) return "STRING";
    if (value->is_number()) return "NUMBER";
    if (value->kind == JsonValue::Kind::kBool) return "BOOLEAN";
  }
  return "";
}

// At least one; an empty name if nothing tells.
std::vector<std::string> Types(const Flat& flat, bool* nullable) {
  std::vector<std::string> types;
  const auto add = [&](const Node& type) {
    if (type.Is("null")) {
      *nullable = true;
    } else if (type.is_string()) {
      types.push_back(absl::AsciiStrToUpper(type.text));
    }
  };
  if (const Node* type = flat.Find("type")) {
    add(*type);
    for (const Node& each : type->items) add(each);
  }
  for (const Node* value : Values(flat)) *nullable |= value->is_null();
  if (types.empty()) types.push_back(GuessType(flat));
  return types;
}

void Copy(const Flat& flat, absl::Span<const absl::string_view> keywords,
          JsonWriter& out) {
  for (absl::string_view keyword : keywords) {
    const Node* value = flat.Find(keyword);
    if (value == nullptr) continue;
    out.Key(keyword);
    WriteGeminiSchemaNode(*value, out);
  }
}

// An exclusive bound becomes the next integer; of other numbers there is no
// next, so that the bound itself is let in.
void WriteBound(const Flat& flat, absl::string_view keyword,
                absl::string_view exclusive, absl::string_view type, int step,
                JsonWriter& out) {
  const Node* bound = flat.Find(keyword);
  if (bound == nullptr) {
    bound = flat.Find(exclusive);
    int32_t whole = 0;
    if (bound != nullptr && type == "INTEGER" &&
        absl::SimpleAtoi(bound->text, &whole)) {
      out.IntField(keyword, int64_t{whole} + step);
      return;
    }
  }
  if (bound == nullptr || !bound->is_number()) return;
  out.RawField(keyword, bound->text);
}

// `enum` is for strings; other values can only be described.
void WriteValues(const Flat& flat, absl::string_view type, JsonWriter& out) {
  const std::vector<const Node*> values = Values(flat);
  std::string others;
  bool has_strings = false;
  for (const Node* value : values) {
    has_strings |= value->is_string();
    if (value->is_string() || value->is_null()) continue;
    absl::StrAppend(&others, others.empty() ? "" : ", ", value->text);
  }
  std::string description;
  if (const Node* node = flat.Find("description")) description = node->text;
  if (!others.empty()) {
    absl::StrAppend(&description, description.empty() ? "" : "\n",
                    "One of: ", others);
  }
  if (!description.empty()) out.Field("description", description);
  if (type != "STRING" || !has_strings) return;
  out.Key("enum");
  out.StartArray();
  for (const Node* value : values) {
    if (value->is_string()) out.String(value->text);
  }
  out.EndArray();
}

class Translator {
 public:
  Translator(const Node& root, std::vector<std::string>* lost)
      : flattener_(root, lost) {}

  absl::Status Write(const Node& schema, bool nullable, JsonWriter& out) {
    if (++schemas_ > kMaxSchemas || depth_ >= kMaxDepth) {
      return absl::InvalidArgumentError(
          "it unfolds to more than can be sent to this model");
    }
    ++depth_;
    Flat flat;
    flat.nullable = nullable;
    AIGW_RETURN_IF_ERROR(flattener_.Open(schema, &flat));
    AIGW_RETURN_IF_ERROR(WriteFlat(flat, out));
    flattener_.Close();
    --depth_;
    return absl::OkStatus();
  }

 private:
  absl::Status WriteFlat(const Flat& flat, JsonWriter& out) {
    // Beside anyOf nothing else may stand.
    if (!flat.variants.empty()) {
      return WriteAnyOf(flat.variants, flat.nullable, out);
    }
    bool nullable = flat.nullable;
    const std::vector<std::string> types = Types(flat, &nullable);
    if (types.size() == 1) return WriteTyped(flat, types[0], nullable, out);
    out.StartObject();
    out.Key("anyOf");
    out.StartArray();
    for (const std::string& type : types) {
      AIGW_RETURN_IF_ERROR(WriteTyped(flat, type, nullable, out));
    }
    out.EndArray();
    out.EndObject();
    return absl::OkStatus();
  }

  absl::Status WriteAnyOf(absl::Span<const Node* const> variants, bool nullable,
                          JsonWriter& out) {
    out.StartObject();
    out.Key("anyOf");
    out.StartArray();
    for (const Node* variant : variants) {
      AIGW_RETURN_IF_ERROR(Write(*variant, nullable, out));
    }
    out.EndArray();
    out.EndObject();
    return absl::OkStatus();
  }

  absl::Status WriteTyped(const Flat& flat, absl::string_view type,
                          bool nullable, JsonWriter& out) {
    out.StartObject();
    if (!type.empty()) out.Field("type", type);
    if (const Node* format = flat.Find("format")) {
      if (std::find(std::begin(kFormats), std::end(kFormats), format->text) !=
          std::end(kFormats)) {
        out.Field("format", format->text);
      } else {
        flattener_.Lose("format");
      }
    }
    WriteValues(flat, type, out);
    if (nullable) out.BoolField("nullable", true);
    if (type == "OBJECT") {
      AIGW_RETURN_IF_ERROR(WriteProperties(flat, out));
    } else if (type == "ARRAY") {
      AIGW_RETURN_IF_ERROR(WriteItems(flat, out));
    } else if (type == "STRING") {
      Copy(flat, {"minLength", "maxLength", "pattern"}, out);
    } else if (type == "INTEGER" || type == "NUMBER") {
      WriteBound(flat, "minimum", "exclusiveMinimum", type, 1, out);
      WriteBound(flat, "maximum", "exclusiveMaximum", type, -1, out);
    }
    out.EndObject();
    return absl::OkStatus();
  }

  absl::Status WriteProperties(const Flat& flat, JsonWriter& out) {
    Copy(flat, {"minProperties", "maxProperties"}, out);
    if (flat.properties.empty()) return absl::OkStatus();
    out.Key("properties");
    out.StartObject();
    for (const Member* property : flat.properties) {
      out.Key(property->key);
      AIGW_RETURN_IF_ERROR(Write(property->value, /*nullable=*/false, out));
    }
    out.EndObject();
    // Without it 2.0 writes an answer's members in alphabetical order.
    out.Key("propertyOrdering");
    out.StartArray();
    for (const Member* property : flat.properties) out.String(property->key);
    out.EndArray();
    if (flat.required.empty()) return absl::OkStatus();
    out.Key("required");
    out.StartArray();
    for (absl::string_view name : flat.required) out.String(name);
    out.EndArray();
    return absl::OkStatus();
  }

  absl::Status WriteItems(const Flat& flat, JsonWriter& out) {
    Copy(flat, {"minItems", "maxItems"}, out);
    const Node* items = flat.Find("items");
    const Node* tuple = flat.Find("prefixItems");
    if (tuple == nullptr && items != nullptr && items->is_array()) {
      tuple = items;
    }
    out.Key("items");
    if (tuple != nullptr && tuple->items.size() > 1) {
      std::vector<const Node*> variants;
      for (const Node& item : tuple->items) variants.push_back(&item);
      return WriteAnyOf(variants, /*nullable=*/false, out);
    }
    if (tuple != nullptr && tuple->items.size() == 1) items = &tuple->items[0];
    if (items != nullptr && items->is_object() && !items->members.empty()) {
      return Write(*items, /*nullable=*/false, out);
    }
    // An array without items is refused; text can carry anything.
    out.StartObject();
    out.Field("type", "STRING");
    out.EndObject();
    return absl::OkStatus();
  }

  GeminiSchemaFlattener flattener_;
  int schemas_ = 0;
  int depth_ = 0;
};

absl::StatusOr<bool> HasNoProperties(const Node& root) {
  std::vector<std::string> lost;
  GeminiSchemaFlattener flattener(root, &lost);
  Flat flat;
  AIGW_RETURN_IF_ERROR(flattener.Open(root, &flat));
  const Node* type = flat.Find("type");
  return flat.properties.empty() && flat.variants.empty() &&
         (type == nullptr || type->Is("object"));
}

}  // namespace

absl::StatusOr<GeminiOpenApiSchema> ToGeminiOpenApiSchema(
    absl::string_view schema) {
  if (schema.size() > kMaxBytes) {
    return absl::InvalidArgumentError("it is larger than 1 MiB");
  }
  AIGW_ASSIGN_OR_RETURN(const Node root, ReadGeminiSchema(schema));
  GeminiOpenApiSchema result;
  AIGW_ASSIGN_OR_RETURN(result.no_properties, HasNoProperties(root));
  JsonWriter out(&result.json);
  AIGW_RETURN_IF_ERROR(
      Translator(root, &result.lost).Write(root, /*nullable=*/false, out));
  return result;
}

}  // namespace aigateway

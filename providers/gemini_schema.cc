#include "providers/gemini_schema.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/status_macros.h"
#include "providers/gemini_schema_node.h"

namespace aigateway {
namespace {

using Node = GeminiSchemaNode;
using Member = GeminiSchemaMember;

constexpr absl::string_view kOldDefinitions = "#/definitions/";

bool IsOneOf(absl::string_view word,
             absl::Span<const absl::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Where the keywords of JSON schema have schemas in them; what stands
// elsewhere, such as a `default`, is the caller's value and nobody's keyword.
bool HoldsSchemasByName(absl::string_view keyword) {
  return IsOneOf(keyword, {"properties", "$defs", "definitions",
                           "patternProperties", "dependentSchemas"});
}
bool HoldsSchemas(absl::string_view keyword) {
  return IsOneOf(keyword, {"items", "prefixItems", "anyOf", "oneOf", "allOf",
                           "additionalProperties", "not", "contains", "if",
                           "then", "else", "propertyNames"});
}

class Adapter {
 public:
  explicit Adapter(const Node& root)
      : rename_definitions_(root.Find("definitions") != nullptr &&
                            root.Find("$defs") == nullptr) {}

  void Write(const Node& schema, JsonWriter& out, bool is_root = false) {
    if (!schema.is_object()) return WriteGeminiSchemaNode(schema, out);
    const bool has_choices =
        schema.Find("anyOf") != nullptr || schema.Find("oneOf") != nullptr;
    const bool wrap_reference = !has_choices && HasNeighbours(schema);
    out.StartObject();
    for (const Member& member : schema.members) {
      const Node& value = member.value;
      if (member.key == "$ref" && value.is_string()) {
        if (!wrap_reference) {
          out.Field("$ref", Reference(value.text));
          continue;
        }
        out.Key("anyOf");
        out.StartArray();
        out.StartObject();
        out.Field("$ref", Reference(value.text));
        out.EndObject();
        out.EndArray();
      } else if (member.key == "const" &&
                 (value.is_string() || value.is_number()) &&
                 schema.Find("enum") == nullptr) {
        out.Key("enum");
        out.StartArray();
        WriteGeminiSchemaNode(value, out);
        out.EndArray();
      } else {
        const bool of_one = member.key == "allOf" && value.items.size() == 1 &&
                            !has_choices && !wrap_reference;
        const bool renamed =
            is_root && rename_definitions_ && member.key == "definitions";
        out.Key(of_one ? "anyOf" : renamed ? "$defs" : member.key);
        WriteMember(member.key, value, out);
      }
    }
    out.EndObject();
  }

 private:
  static bool HasNeighbours(const Node& schema) {
    const Node* reference = schema.Find("$ref");
    if (reference == nullptr || !reference->is_string()) return false;
    for (const Member& member : schema.members) {
      if (!absl::StartsWith(member.key, "$") && member.key != "definitions") {
        return true;
      }
    }
    return false;
  }

  std::string Reference(absl::string_view pointer) const {
    if (rename_definitions_ && absl::ConsumePrefix(&pointer, kOldDefinitions)) {
      return absl::StrCat("#/$defs/", pointer);
    }
    return std::string(pointer);
  }

  void WriteMember(absl::string_view keyword, const Node& value,
                   JsonWriter& out) {
    if (HoldsSchemasByName(keyword) && value.is_object()) {
      out.StartObject();
      for (const Member& each : value.members) {
        out.Key(each.key);
        Write(each.value, out);
      }
      out.EndObject();
    } else if (HoldsSchemas(keyword) && value.is_array()) {
      out.StartArray();
      for (const Node& each : value.items) Write(each, out);
      out.EndArray();
    } else if (HoldsSchemas(keyword)) {
      Write(value, out);
    } else {
      WriteGeminiSchemaNode(value, out);
    }
  }

  const bool rename_definitions_;
};

}  // namespace

absl::StatusOr<std::string> AdaptGeminiJsonSchema(absl::string_view schema) {
  AIGW_ASSIGN_OR_RETURN(const Node root, ReadGeminiSchema(schema));
  std::string adapted;
  JsonWriter out(&adapted);
  Adapter(root).Write(root, out, /*is_root=*/true);
  return adapted;
}

}  // namespace aigateway

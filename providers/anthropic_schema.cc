#include "providers/anthropic_schema.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

struct Member;

// A schema has to be seen whole before any of it can be written.
struct Node {
  JsonValue::Kind kind = JsonValue::Kind::kNull;
  std::string text;  // Of a string decoded, of another scalar as it came.
  std::vector<Member> members;
  std::vector<Node> items;

  bool is_object() const { return kind == JsonValue::Kind::kObject; }
  bool is_array() const { return kind == JsonValue::Kind::kArray; }
  bool is_string() const { return kind == JsonValue::Kind::kString; }
  const Node* Find(absl::string_view key) const;
};

struct Member {
  std::string key;
  Node value;
};

const Node* Node::Find(absl::string_view key) const {
  for (const Member& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

// The depth is bounded by the reader.
absl::Status ReadNode(JsonValue& value, Node* node) {
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

void WriteAsItIs(const Node& node, JsonWriter& out) {
  if (node.is_object()) {
    out.StartObject();
    for (const Member& member : node.members) {
      out.Key(member.key);
      WriteAsItIs(member.value, out);
    }
    out.EndObject();
  } else if (node.is_array()) {
    out.StartArray();
    for (const Node& item : node.items) WriteAsItIs(item, out);
    out.EndArray();
  } else if (node.is_string()) {
    out.String(node.text);
  } else {
    out.Raw(node.text);
  }
}

bool OneOf(absl::string_view word, absl::Span<const absl::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// What the API takes as it is.
constexpr absl::string_view kKept[] = {"type",  "enum",     "const", "default",
                                       "title", "required", "$ref"};
// What says nothing about the answer.
constexpr absl::string_view kSilent[] = {"$schema",   "$id",      "$comment",
                                         "$anchor",   "readOnly", "writeOnly",
                                         "deprecated"};
constexpr absl::string_view kFormats[] = {
    "date-time", "time", "date", "duration", "email",
    "hostname",  "uri",  "ipv4", "ipv6",     "uuid"};

bool DescribesObject(const Node& schema) {
  const Node* type = schema.Find("type");
  if (type == nullptr) return schema.Find("properties") != nullptr;
  if (type->is_string()) return type->text == "object";
  for (const Node& item : type->items) {
    if (item.is_string() && item.text == "object") return true;
  }
  return false;
}

class Adapter {
 public:
  explicit Adapter(std::vector<std::string>* moved) : moved_(moved) {}

  void Write(const Node& schema, JsonWriter& out) {
    if (!schema.is_object()) return WriteAsItIs(schema, out);
    const bool is_object = DescribesObject(schema);
    const Node* description = nullptr;
    std::vector<const Member*> moved;
    out.StartObject();
    for (const Member& member : schema.members) {
      if (member.key == "description" && member.value.is_string()) {
        description = &member.value;
      } else if (member.key == "additionalProperties" && is_object) {
        // False is written below; `true` promises nothing that is lost.
        if (member.value.is_object()) moved.push_back(&member);
      } else if (!WriteKeyword(schema, member, out) &&
                 !OneOf(member.key, kSilent)) {
        moved.push_back(&member);
      }
    }
    if (is_object) out.BoolField("additionalProperties", false);
    WriteDescription(description, moved, out);
    out.EndObject();
  }

 private:
  // Returns whether it wrote `member`.
  bool WriteKeyword(const Node& schema, const Member& member, JsonWriter& out) {
    const std::string& key = member.key;
    const Node& value = member.value;
    if (OneOf(key, kKept) || (key == "format" && OneOf(value.text, kFormats)) ||
        (key == "minItems" && (value.text == "0" || value.text == "1"))) {
      out.Key(key);
      WriteAsItIs(value, out);
      return true;
    }
    if (OneOf(key, {"properties", "$defs", "definitions"}) &&
        value.is_object()) {
      out.Key(key);
      out.StartObject();
      for (const Member& each : value.members) {
        out.Key(each.key);
        Write(each.value, out);
      }
      out.EndObject();
      return true;
    }
    if (key == "items" && value.is_object()) {
      out.Key(key);
      Write(value, out);
      return true;
    }
    const bool one_of = key == "oneOf" && schema.Find("anyOf") == nullptr;
    if ((one_of || key == "anyOf" || key == "allOf") && value.is_array()) {
      out.Key(one_of ? "anyOf" : key);
      out.StartArray();
      for (const Node& each : value.items) Write(each, out);
      out.EndArray();
      return true;
    }
    return false;
  }

  void WriteDescription(const Node* description,
                        absl::Span<const Member* const> moved,
                        JsonWriter& out) {
    std::string text = description == nullptr ? "" : description->text;
    if (!moved.empty()) {
      std::string constraints;
      JsonWriter writer(&constraints);
      writer.StartObject();
      for (const Member* member : moved) {
        writer.Key(member->key);
        WriteAsItIs(member->value, writer);
        if (std::find(moved_->begin(), moved_->end(), member->key) ==
            moved_->end()) {
          moved_->push_back(member->key);
        }
      }
      writer.EndObject();
      absl::StrAppend(&text, text.empty() ? "" : "\n", "It must satisfy ",
                      constraints);
    }
    if (!text.empty()) out.Field("description", text);
  }

  std::vector<std::string>* const moved_;
};

// Which of the root's definitions refer to which, to find a circle.
class References {
 public:
  explicit References(const Node& root) {
    Name("#");
    for (absl::string_view list : {"$defs", "definitions"}) {
      const Node* defs = root.Find(list);
      if (defs == nullptr) continue;
      for (const Member& def : defs->members) {
        Collect(def.value, Name(absl::StrCat("#/", list, "/", def.key)));
      }
    }
    for (const Member& member : root.members) {
      if (member.key == "$defs" || member.key == "definitions") continue;
      Collect(member.value, 0);
      if (member.key == "$ref" && member.value.is_string()) {
        Add(0, member.value.text);
      }
    }
  }

  // Takes away what refers to nothing that is left, until nothing changes:
  // what stays is on a circle or leads to one.
  bool HasCircle() const {
    std::vector<int> left(targets_.size(), 0);
    std::vector<std::vector<int>> referrers(targets_.size());
    std::vector<int> free;
    for (size_t from = 0; from < targets_.size(); ++from) {
      for (int to : targets_[from]) referrers[to].push_back(from);
      left[from] = targets_[from].size();
      if (left[from] == 0) free.push_back(from);
    }
    size_t gone = 0;
    while (!free.empty()) {
      const int node = free.back();
      free.pop_back();
      ++gone;
      for (int from : referrers[node]) {
        if (--left[from] == 0) free.push_back(from);
      }
    }
    return gone < targets_.size();
  }

 private:
  int Name(const std::string& pointer) {
    const auto [it, is_new] =
        numbers_.emplace(pointer, static_cast<int>(targets_.size()));
    if (is_new) targets_.emplace_back();
    return it->second;
  }

  void Add(int from, absl::string_view reference) {
    // RFC 6901: how a name is written inside a pointer.
    const std::string pointer = absl::StrReplaceAll(
        absl::StripSuffix(reference, "/"), {{"~1", "/"}, {"~0", "~"}});
    const int to = Name(pointer);  // May move what targets_ holds.
    targets_[from].push_back(to);
  }

  void Collect(const Node& node, int from) {
    for (const Member& member : node.members) {
      if (member.key == "$ref" && member.value.is_string()) {
        Add(from, member.value.text);
      } else {
        Collect(member.value, from);
      }
    }
    for (const Node& item : node.items) Collect(item, from);
  }

  absl::flat_hash_map<std::string, int> numbers_;
  std::vector<std::vector<int>> targets_;  // By number.
};

}  // namespace

absl::StatusOr<AnthropicSchema> AdaptAnthropicSchema(absl::string_view schema) {
  Node root;
  JsonReader reader;
  AIGW_RETURN_IF_ERROR(reader.Read(
      schema, [&](JsonValue& value) { return ReadNode(value, &root); }));
  if (!root.is_object()) {
    return absl::InvalidArgumentError("a JSON schema must be an object");
  }
  AnthropicSchema adapted;
  if (References(root).HasCircle()) {
    adapted.recursive = true;
    return adapted;
  }
  JsonWriter out(&adapted.json);
  Adapter(&adapted.moved).Write(root, out);
  return adapted;
}

}  // namespace aigateway

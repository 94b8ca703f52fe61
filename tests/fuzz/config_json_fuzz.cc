// A text that another parser takes for JSON: the YAML reader gives the same
// values for it, or refuses it. It never reads it otherwise.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/check.h"
#include "gateway/base/json_reader.h"
#include "gateway/config/faults.h"
#include "gateway/config/yaml_node.h"
#include "gateway/config/yaml_reader.h"

namespace aigateway {
namespace {

// A tree in one text, by each of the two. Texts with their lengths, so that two
// trees never look the same.
absl::Status ShowJson(JsonValue& value, std::string* shown) {
  switch (value.kind()) {
    case JsonValue::Kind::kNull:
      absl::StrAppend(shown, "~ ");
      return absl::OkStatus();
    case JsonValue::Kind::kBool:
    case JsonValue::Kind::kNumber:
      absl::StrAppend(shown, value.Raw(), " ");
      return absl::OkStatus();
    case JsonValue::Kind::kString: {
      const auto text = value.AsString();
      AIGW_CHECK(text.has_value());
      absl::StrAppend(shown, "'", text->size(), *text, " ");
      return absl::OkStatus();
    }
    case JsonValue::Kind::kArray: {
      absl::StrAppend(shown, "[");
      const absl::Status status = value.ForEachItem(
          [&](JsonValue& item) { return ShowJson(item, shown); });
      absl::StrAppend(shown, "]");
      return status;
    }
    case JsonValue::Kind::kObject: {
      absl::StrAppend(shown, "{");
      const absl::Status status =
          value.ForEachField([&](absl::string_view key, JsonValue& field) {
            absl::StrAppend(shown, "'", key.size(), key, ":");
            return ShowJson(field, shown);
          });
      absl::StrAppend(shown, "}");
      return status;
    }
  }
  return absl::OkStatus();
}

void ShowNode(const YamlNode& node, std::string* shown) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      absl::StrAppend(shown, "~ ");
      return;
    case YamlNode::Kind::kScalar:
      if (node.quoted) absl::StrAppend(shown, "'", node.text.size());
      absl::StrAppend(shown, node.text, " ");
      return;
    case YamlNode::Kind::kSequence:
      absl::StrAppend(shown, "[");
      for (const YamlNode* item : node.items) ShowNode(*item, shown);
      absl::StrAppend(shown, "]");
      return;
    case YamlNode::Kind::kMapping:
      absl::StrAppend(shown, "{");
      for (const YamlNode::Member& member : node.members) {
        absl::StrAppend(shown, "'", member.key.size(), member.key, ":");
        ShowNode(*member.value, shown);
      }
      absl::StrAppend(shown, "}");
      return;
  }
}

void Run(absl::string_view text) {
  JsonReader reader;
  std::string by_json;
  const absl::Status status = reader.Read(
      text, [&](JsonValue& root) { return ShowJson(root, &by_json); });
  Faults faults("f");
  const auto document = ReadYaml(text, faults);
  // A broken byte or half of a surrogate pair is repaired there and refused
  // here.
  if (!status.ok() || document == nullptr || !faults.empty()) return;
  std::string by_yaml;
  ShowNode(document->root(), &by_yaml);
  AIGW_CHECK(by_yaml == by_json);
}

}  // namespace
}  // namespace aigateway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  aigateway::Run(absl::string_view(reinterpret_cast<const char*>(bytes), size));
  return 0;
}

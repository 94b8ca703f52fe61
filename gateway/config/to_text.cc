#include "gateway/config/to_text.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/struct.pb.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/base/json_writer.h"
#include "gateway/config/settings.h"

namespace aigateway {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Struct;
using ::google::protobuf::Value;

std::string JsonOf(const Value& value) {
  std::string json;
  JsonWriter(&json).Value(value);
  return json;
}

// A key that YAML takes for nothing but a text.
bool IsPlainKey(absl::string_view key) {
  return !key.empty() && absl::ascii_isalpha(key[0]) &&
         std::all_of(key.begin(), key.end(),
                     [](char c) {
                       return absl::ascii_isalnum(c) || c == '_' || c == '-' ||
                              c == '.';
                     }) &&
         !absl::EqualsIgnoreCase(key, "null");
}

std::string KeyText(const std::string& key) {
  if (IsPlainKey(key)) return key;
  Value value;
  value.set_string_value(key);
  return JsonOf(value);
}

// The members of a mapping in the order in which they are written.
std::vector<std::pair<std::string, const Value*>> Ordered(
    const Struct& fields, const Descriptor* type) {
  std::map<std::pair<int, std::string>, const Value*> sorted;
  for (const auto& [key, value] : fields.fields()) {
    const FieldDescriptor* field =
        type == nullptr ? nullptr : type->FindFieldByName(key);
    sorted[{field == nullptr ? 0 : field->number(), key}] = &value;
  }
  std::vector<std::pair<std::string, const Value*>> members;
  for (const auto& [key, value] : sorted) {
    members.emplace_back(key.second, value);
  }
  return members;
}

// The schema of what stands under `key` of a `type`; null if it has none.
const Descriptor* TypeOf(const Descriptor* type, const std::string& key) {
  const FieldDescriptor* field =
      type == nullptr ? nullptr : type->FindFieldByName(key);
  return field == nullptr || field->is_map() ? nullptr : field->message_type();
}

bool IsFilledMapping(const Value& value) {
  return value.has_struct_value() && !value.struct_value().fields().empty();
}

class YamlWriter {
 public:
  void Mapping(const Struct& fields, const Descriptor* type, int indent,
               bool first_is_begun) {
    bool begun = first_is_begun;
    for (const auto& [key, value] : Ordered(fields, type)) {
      absl::StrAppend(&text_, begun ? "" : std::string(indent, ' '),
                      KeyText(key), ":");
      begun = false;
      Member(*value, TypeOf(type, key), indent);
    }
  }

  std::string Take() { return std::move(text_); }

 private:
  // Writes what stands behind "key:".
  void Member(const Value& value, const Descriptor* type, int indent) {
    if (IsFilledMapping(value)) {
      text_ += "\n";
      Mapping(value.struct_value(), type, indent + 2, false);
      return;
    }
    const bool is_list_of_mappings =
        value.has_list_value() && value.list_value().values_size() > 0 &&
        std::all_of(value.list_value().values().begin(),
                    value.list_value().values().end(), IsFilledMapping);
    if (!is_list_of_mappings) {
      absl::StrAppend(&text_, " ", JsonOf(value), "\n");
      return;
    }
    text_ += "\n";
    for (const Value& item : value.list_value().values()) {
      absl::StrAppend(&text_, std::string(indent + 2, ' '), "- ");
      Mapping(item.struct_value(), type, indent + 4, true);
    }
  }

  std::string text_;
};

}  // namespace

std::string ToYaml(const config::v1::GatewayConfig& config) {
  YamlWriter writer;
  writer.Mapping(ToStruct(config), config.GetDescriptor(), 0, false);
  std::string text = writer.Take();
  return text.empty() ? "{}\n" : text;
}

std::string ToJson(const google::protobuf::Message& message) {
  std::string json;
  JsonWriter(&json).Struct(ToStruct(message));
  return json;
}

}  // namespace aigateway

#include "gateway/config/settings.h"

#include <cmath>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/message.h"
#include "google/protobuf/struct.pb.h"

#include "gateway/base/go_duration.h"
#include "gateway/base/proto_time.h"
#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/free_form.h"
#include "gateway/config/message_reader.h"
#include "gateway/config/schema_words.h"
#include "gateway/config/yaml_node.h"

namespace aigateway {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;
using ::google::protobuf::Struct;
using ::google::protobuf::Value;

void SetInteger(int64_t number, Value* value) {
  if (number > kMaxExactInteger || number < -kMaxExactInteger) {
    value->set_string_value(absl::StrCat(number));
  } else {
    value->set_number_value(static_cast<double>(number));
  }
}

void MessageToValue(const Message& message, Value* value) {
  using google::protobuf::DynamicCastToGenerated;
  if (const auto* duration =
          DynamicCastToGenerated<google::protobuf::Duration>(&message)) {
    value->set_string_value(FormatGoDuration(FromProto(*duration)));
  } else if (const auto* free = DynamicCastToGenerated<Struct>(&message)) {
    *value->mutable_struct_value() = *free;
  } else if (const auto* any = DynamicCastToGenerated<Value>(&message)) {
    *value = *any;
  } else {
    *value->mutable_struct_value() = ToStruct(message);
  }
}

// Writes a field; `index` is that of an entry, or -1 for a singular one.
void FieldToValue(const Message& message, const FieldDescriptor& field,
                  int index, Value* value) {
  const Reflection& reflection = *message.GetReflection();
// protobuf has a getter for each type, and another for repeated fields.
#define AIGW_GET(Type)                               \
  (index < 0 ? reflection.Get##Type(message, &field) \
             : reflection.GetRepeated##Type(message, &field, index))
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return value->set_string_value(AIGW_GET(String));
    case FieldDescriptor::CPPTYPE_BOOL:
      return value->set_bool_value(AIGW_GET(Bool));
    case FieldDescriptor::CPPTYPE_INT32:
      return value->set_number_value(AIGW_GET(Int32));
    case FieldDescriptor::CPPTYPE_UINT32:
      return value->set_number_value(AIGW_GET(UInt32));
    case FieldDescriptor::CPPTYPE_INT64:
      return SetInteger(AIGW_GET(Int64), value);
    case FieldDescriptor::CPPTYPE_UINT64: {
      const uint64_t number = AIGW_GET(UInt64);
      if (number <= static_cast<uint64_t>(kMaxExactInteger)) {
        return value->set_number_value(static_cast<double>(number));
      }
      return value->set_string_value(absl::StrCat(number));
    }
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return value->set_number_value(AIGW_GET(Double));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return value->set_number_value(AIGW_GET(Float));
    case FieldDescriptor::CPPTYPE_ENUM:
      return value->set_string_value(WordOf(*AIGW_GET(Enum)));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (index < 0) {
        return MessageToValue(reflection.GetMessage(message, &field), value);
      }
      return MessageToValue(
          reflection.GetRepeatedMessage(message, &field, index), value);
  }
#undef AIGW_GET
}

void MapToStruct(const Message& message, const FieldDescriptor& field,
                 Struct* fields) {
  const Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(message, &field, i);
    Value key;
    FieldToValue(entry, *field.message_type()->map_key(), -1, &key);
    const std::string text = key.has_string_value() ? key.string_value()
                             : key.has_bool_value()
                                 ? (key.bool_value() ? "true" : "false")
                                 : absl::StrCat(key.number_value());
    FieldToValue(entry, *field.message_type()->map_value(), -1,
                 &(*fields->mutable_fields())[text]);
  }
}

// Builds what a file would have been read into.
class TreeOfStruct {
 public:
  explicit TreeOfStruct(Faults* faults) : faults_(*faults) {}

  const YamlNode* Mapping(const Struct& fields, const FieldPath& path,
                          int depth) {
    YamlNode* node = &nodes_.emplace_back();
    node->kind = YamlNode::Kind::kMapping;
    // Sorted: the order of a hash map must not decide which fault is first.
    std::map<absl::string_view, const Value*> sorted;
    for (const auto& [key, value] : fields.fields()) sorted[key] = &value;
    for (const auto& [key, value] : sorted) {
      node->members.push_back({key, {}, Node(*value, path.Key(key), depth)});
    }
    return node;
  }

 private:
  const YamlNode* Node(const Value& value, const FieldPath& path, int depth) {
    if (depth == YamlDocument::kMaxDepth) {
      faults_.Add(path, {}, "is nested too deep");
      return &nodes_.emplace_back();
    }
    if (value.has_struct_value()) {
      return Mapping(value.struct_value(), path, depth + 1);
    }
    YamlNode* node = &nodes_.emplace_back();
    if (value.has_list_value()) {
      node->kind = YamlNode::Kind::kSequence;
      const auto& values = value.list_value().values();
      for (int i = 0; i < values.size(); ++i) {
        node->items.push_back(Node(values[i], path.Index(i), depth + 1));
      }
      return node;
    }
    if (value.has_null_value() || value.kind_case() == Value::KIND_NOT_SET) {
      return node;
    }
    node->kind = YamlNode::Kind::kScalar;
    if (value.has_string_value()) {
      node->quoted = true;
      node->text = value.string_value();
    } else if (value.has_bool_value()) {
      node->text = value.bool_value() ? "true" : "false";
    } else {
      node->text = NumberText(value.number_value());
    }
    return node;
  }

  static std::string NumberText(double number) {
    if (std::trunc(number) == number &&
        std::abs(number) <= static_cast<double>(kMaxExactInteger)) {
      return absl::StrCat(static_cast<int64_t>(number));
    }
    return absl::StrFormat("%.17g", number);
  }

  Faults& faults_;
  std::deque<YamlNode> nodes_;
};

}  // namespace

Struct ToStruct(const Message& message) {
  Struct result;
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    Value& value = (*result.mutable_fields())[field->name()];
    if (field->is_map()) {
      MapToStruct(message, *field, value.mutable_struct_value());
    } else if (field->is_repeated()) {
      google::protobuf::ListValue* list = value.mutable_list_value();
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        FieldToValue(message, *field, i, list->add_values());
      }
    } else {
      FieldToValue(message, *field, -1, &value);
    }
  }
  return result;
}

absl::Status FromStruct(const Struct& fields, Message* message) {
  Faults faults("");  // Paths without places: there is no file.
  TreeOfStruct tree(&faults);
  const YamlNode* root = tree.Mapping(fields, FieldPath(), 0);
  MessageReader reader(&faults, {});
  reader.Read(*root, FieldPath(), message);
  return faults.ToStatus();
}

}  // namespace aigateway

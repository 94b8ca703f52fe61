#include "gateway/config/free_form.h"

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "google/protobuf/struct.pb.h"

#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/scalar.h"
#include "gateway/config/yaml_node.h"

namespace aigateway {
namespace {

void ReadScalar(const YamlNode& node, const FieldPath& path,
                google::protobuf::Value* value, Faults& faults) {
  const NumberForm form =
      node.quoted ? NumberForm::kNone : NumberFormOf(node.text);
  if (form == NumberForm::kNone) {
    const absl::StatusOr<bool> word = ReadBool(node);
    if (word.ok()) {
      value->set_bool_value(*word);
    } else {
      value->set_string_value(node.text);
    }
    return;
  }
  int64_t whole = 0;
  if (form == NumberForm::kWhole &&
      (!absl::SimpleAtoi(node.text, &whole) || whole > kMaxExactInteger ||
       whole < -kMaxExactInteger)) {
    value->set_string_value(node.text);
    return;
  }
  const absl::StatusOr<double> number = ReadDouble(node);
  if (!number.ok()) {
    faults.Add(path, node.place, number.status().message());
    return;
  }
  value->set_number_value(*number);
}

}  // namespace

void ReadFreeForm(const YamlNode& node, const FieldPath& path,
                  google::protobuf::Value* value, Faults& faults) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      value->set_null_value(google::protobuf::NULL_VALUE);
      return;
    case YamlNode::Kind::kScalar:
      return ReadScalar(node, path, value, faults);
    case YamlNode::Kind::kSequence: {
      google::protobuf::ListValue* list = value->mutable_list_value();
      for (size_t i = 0; i < node.items.size(); ++i) {
        ReadFreeForm(*node.items[i], path.Index(static_cast<int>(i)),
                     list->add_values(), faults);
      }
      return;
    }
    case YamlNode::Kind::kMapping:
      return ReadFreeFormMapping(node, path, value->mutable_struct_value(),
                                 faults);
  }
}

void ReadFreeFormMapping(const YamlNode& mapping, const FieldPath& path,
                         google::protobuf::Struct* fields, Faults& faults) {
  for (const YamlNode::Member& member : mapping.members) {
    ReadFreeForm(*member.value, path.Key(member.key),
                 &(*fields->mutable_fields())[std::string(member.key)], faults);
  }
}

}  // namespace aigateway

#include "providers/json_struct.h"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"

#include "gateway/base/json_reader.h"

namespace aigateway {
namespace {

using ::google::protobuf::Value;

constexpr double kLargestWhole = 9007199254740992.0;  // 2^53.

void ReadNumber(JsonValue& json, Value* value) {
  const std::optional<double> number = json.AsDouble();
  const std::optional<int64_t> whole = json.AsInt();
  const bool bent = whole.has_value() &&
                    static_cast<int64_t>(static_cast<double>(*whole)) != *whole;
  if (!number.has_value() || bent || std::abs(*number) > kLargestWhole) {
    value->set_string_value(std::string(json.Raw()));
  } else {
    value->set_number_value(*number);
  }
}

absl::Status ReadInto(JsonValue& json, int depth, Value* value) {
  switch (json.kind()) {
    case JsonValue::Kind::kNull:
      value->set_null_value(google::protobuf::NULL_VALUE);
      return absl::OkStatus();
    case JsonValue::Kind::kBool:
      value->set_bool_value(json.AsBool().value_or(false));
      return absl::OkStatus();
    case JsonValue::Kind::kNumber:
      ReadNumber(json, value);
      return absl::OkStatus();
    case JsonValue::Kind::kString:
      value->set_string_value(std::string(json.AsString().value_or("")));
      return absl::OkStatus();
    case JsonValue::Kind::kArray:
    case JsonValue::Kind::kObject:
      break;
  }
  if (depth == kMaxStructDepth) {
    value->set_string_value(std::string(json.Raw()));
    return absl::OkStatus();
  }
  if (json.kind() == JsonValue::Kind::kArray) {
    google::protobuf::ListValue* const list = value->mutable_list_value();
    return json.ForEachItem([&](JsonValue& item) {
      return ReadInto(item, depth + 1, list->add_values());
    });
  }
  google::protobuf::Struct* const object = value->mutable_struct_value();
  return json.ForEachField([&](absl::string_view key, JsonValue& field) {
    return ReadInto(field, depth + 1,
                    &(*object->mutable_fields())[std::string(key)]);
  });
}

}  // namespace

bool ReadJsonIntoValue(absl::string_view json, Value* value) {
  JsonReader reader;
  return reader
      .Read(json, [&](JsonValue& root) { return ReadInto(root, 0, value); })
      .ok();
}

}  // namespace aigateway

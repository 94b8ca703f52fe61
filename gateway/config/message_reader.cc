#include "gateway/config/message_reader.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/message.h"
#include "google/protobuf/struct.pb.h"

#include "gateway/base/check.h"
#include "gateway/base/go_duration.h"
#include "gateway/base/proto_time.h"
#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/free_form.h"
#include "gateway/config/scalar.h"
#include "gateway/config/schema_words.h"
#include "gateway/config/yaml_node.h"

namespace aigateway {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::EnumValueDescriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

absl::string_view Expected(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::kSequence:
      return "a list is expected (each entry behind a '-', or all in [])";
    case YamlNode::Kind::kMapping:
      return "a mapping is expected (keys with ':')";
    default:
      return "a single value is expected";
  }
}

// Sets a singular field, or adds to a repeated one: protobuf has a function for
// each type and each of the two.
#define AIGW_SET(Type, value)                                         \
  (field.is_repeated() ? reflection.Add##Type(message, &field, value) \
                       : reflection.Set##Type(message, &field, value))

// `message` as what it is known to be.
template <typename T>
T* Generated(Message* message) {
  T* const generated = google::protobuf::DynamicCastToGenerated<T>(message);
  AIGW_CHECK(generated != nullptr);
  return generated;
}

template <typename T>
constexpr T Least() {
  return std::numeric_limits<T>::lowest();
}
template <typename T>
constexpr T Most() {
  return std::numeric_limits<T>::max();
}

YamlNode Unquoted(YamlNode scalar) {
  scalar.quoted = false;
  return scalar;
}

}  // namespace

bool MessageReader::Expect(YamlNode::Kind kind, const YamlNode& value,
                           const FieldPath& path) {
  if (value.kind == kind) return true;
  faults_.Add(path, value.place,
              value.kind == YamlNode::Kind::kNull
                  ? absl::StrCat(Expected(kind),
                                 ", and there is nothing: leave it out, or "
                                 "write \"\" for an empty text")
                  : absl::StrCat(Expected(kind), ", not ", KindName(value)));
  return false;
}

void MessageReader::Read(const YamlNode& node, const FieldPath& path,
                         Message* message) {
  if (!Expect(YamlNode::Kind::kMapping, node, path)) return;
  const Descriptor& type = *message->GetDescriptor();
  for (const YamlNode::Member& member : node.members) {
    const FieldPath member_path = path.Key(member.key);
    const FieldDescriptor* field =
        type.FindFieldByName(std::string(member.key));
    if (field == nullptr) {
      absl::string_view why;
      if (options_.key_hook) why = options_.key_hook(type, member.key);
      faults_.Add(member_path, member.key_place,
                  !why.empty()
                      ? std::string(why)
                      : absl::StrCat("the key ", QuoteForMessage(member.key),
                                     " is not known here",
                                     DidYouMean(member.key, KeysOf(type))));
      continue;
    }
    if (member.value->kind == YamlNode::Kind::kNull) continue;
    const auto* oneof = field->real_containing_oneof();
    if (oneof != nullptr &&
        message->GetReflection()->HasOneof(*message, oneof)) {
      faults_.Add(member_path, member.key_place,
                  absl::StrCat("only one of the keys of '", oneof->name(),
                               "' may be there"));
      continue;
    }
    if (options_.field_hook && options_.field_hook(*field, node, *member.value,
                                                   member_path, message)) {
      continue;
    }
    ReadField(*field, *member.value, member_path, message);
  }
}

void MessageReader::ReadField(const FieldDescriptor& field,
                              const YamlNode& value, const FieldPath& path,
                              Message* message) {
  if (field.is_map()) return ReadMap(field, value, path, message);
  if (field.is_repeated()) return ReadList(field, value, path, message);
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    return ReadMessageField(
        field, value, path,
        message->GetReflection()->MutableMessage(message, &field));
  }
  ReadScalarField(field, value, path, message);
}

void MessageReader::ReadList(const FieldDescriptor& field,
                             const YamlNode& value, const FieldPath& path,
                             Message* message) {
  if (!Expect(YamlNode::Kind::kSequence, value, path)) return;
  for (size_t i = 0; i < value.items.size(); ++i) {
    const FieldPath item_path = path.Index(static_cast<int>(i));
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      // Added also if it is wrong, so that indices are those of the file.
      ReadMessageField(field, *value.items[i], item_path,
                       message->GetReflection()->AddMessage(message, &field));
    } else {
      ReadScalarField(field, *value.items[i], item_path, message);
    }
  }
}

void MessageReader::ReadMap(const FieldDescriptor& field, const YamlNode& value,
                            const FieldPath& path, Message* message) {
  if (!Expect(YamlNode::Kind::kMapping, value, path)) return;
  const FieldDescriptor* key = field.message_type()->map_key();
  for (const YamlNode::Member& member : value.members) {
    const FieldPath member_path = path.Key(member.key);
    // Keys are unique in the file: they are added as to a list. A field of the
    // entry, not `field`, says of which type the value is; `field` whether it
    // is secret.
    Message* entry = message->GetReflection()->AddMessage(message, &field);
    YamlNode key_node;
    key_node.kind = YamlNode::Kind::kScalar;
    key_node.place = member.key_place;
    key_node.text = std::string(member.key);
    ReadScalarField(*key, key_node, member_path, entry);
    ReadField(*field.message_type()->map_value(), *member.value, member_path,
              entry);
  }
}

void MessageReader::ReadMessageField(const FieldDescriptor& field,
                                     const YamlNode& value,
                                     const FieldPath& path, Message* target) {
  if (IsWellKnown(field, "Duration")) {
    ReadDuration(value, path, Generated<google::protobuf::Duration>(target));
  } else if (IsWellKnown(field, "Value")) {
    ReadFreeForm(value, path, Generated<google::protobuf::Value>(target),
                 faults_);
  } else if (IsWellKnown(field, "Struct")) {
    if (!Expect(YamlNode::Kind::kMapping, value, path)) return;
    ReadFreeFormMapping(value, path,
                        Generated<google::protobuf::Struct>(target), faults_);
  } else {
    Read(value, path, target);
  }
}

template <typename T>
bool MessageReader::Take(const absl::StatusOr<T>& value, const YamlNode& node,
                         const FieldPath& path) {
  if (!value.ok()) faults_.Add(path, node.place, value.status().message());
  return value.ok();
}

void MessageReader::ReadScalarField(const FieldDescriptor& field,
                                    const YamlNode& value,
                                    const FieldPath& path, Message* message) {
  if (!Expect(YamlNode::Kind::kScalar, value, path)) return;
  const Reflection& reflection = *message->GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return AIGW_SET(String, value.text);
    case FieldDescriptor::CPPTYPE_BOOL: {
      const absl::StatusOr<bool> word = ReadBool(value);
      if (Take(word, value, path)) AIGW_SET(Bool, *word);
      return;
    }
    case FieldDescriptor::CPPTYPE_INT32: {
      const auto whole = ReadInt(value, Least<int32_t>(), Most<int32_t>());
      if (Take(whole, value, path)) {
        AIGW_SET(Int32, static_cast<int32_t>(*whole));
      }
      return;
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      const auto whole =
          ReadInt(Unquoted(value), Least<int64_t>(), Most<int64_t>());
      if (Take(whole, value, path)) AIGW_SET(Int64, *whole);
      return;
    }
    case FieldDescriptor::CPPTYPE_UINT32: {
      const auto whole = ReadUint(value, Most<uint32_t>());
      if (Take(whole, value, path)) {
        AIGW_SET(UInt32, static_cast<uint32_t>(*whole));
      }
      return;
    }
    case FieldDescriptor::CPPTYPE_UINT64: {
      const auto whole = ReadUint(Unquoted(value), Most<uint64_t>());
      if (Take(whole, value, path)) AIGW_SET(UInt64, *whole);
      return;
    }
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      const absl::StatusOr<double> real = ReadDouble(value);
      if (Take(real, value, path)) AIGW_SET(Double, *real);
      return;
    }
    case FieldDescriptor::CPPTYPE_FLOAT: {
      const absl::StatusOr<double> real = ReadDouble(value);
      if (!Take(real, value, path)) return;
      if (std::abs(*real) > Most<float>()) {
        return faults_.Add(path, value.place, "is too large a number");
      }
      AIGW_SET(Float, static_cast<float>(*real));
      return;
    }
    case FieldDescriptor::CPPTYPE_ENUM:
      return ReadEnum(field, value, path, message);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return;  // ReadMessageField() has these.
  }
}

void MessageReader::ReadEnum(const FieldDescriptor& field,
                             const YamlNode& value, const FieldPath& path,
                             Message* message) {
  const Reflection& reflection = *message->GetReflection();
  const EnumValueDescriptor* found =
      ValueByWord(*field.enum_type(), value.text);
  if (found != nullptr) return AIGW_SET(Enum, found);
  const std::vector<std::string> words = WordsOf(*field.enum_type());
  faults_.Add(path, value.place,
              absl::StrCat(QuoteForMessage(value.text), " is not known: write ",
                           AnyOf(words), DidYouMean(value.text, words)));
}

void MessageReader::ReadDuration(const YamlNode& value, const FieldPath& path,
                                 google::protobuf::Duration* duration) {
  if (!Expect(YamlNode::Kind::kScalar, value, path)) return;
  const absl::StatusOr<absl::Duration> parsed = ParseGoDuration(value.text);
  if (!parsed.ok()) {
    faults_.Add(path, value.place,
                absl::StrCat(QuoteForMessage(value.text), ": ",
                             parsed.status().message()));
    return;
  }
  SetProtoDuration(*parsed, duration);
}

}  // namespace aigateway

#include "gateway/config/expand.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/struct.pb.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/base/utf8.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/field_path.h"
#include "gateway/config/http_values.h"
#include "gateway/config/schema_words.h"
#include "gateway/config/secrets.h"

namespace aigateway {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::ListValue;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;
using ::google::protobuf::Struct;
using ::google::protobuf::Value;

// What a text is for, and so what it may have in it.
enum class Use { kText, kKey, kHeader, kBaseUrl };

Use UseOf(const FieldDescriptor& field) {
  // A map's secret values are headers.
  if (IsSecret(field)) return field.is_map() ? Use::kHeader : Use::kKey;
  const auto* provider = config::v1::ProviderConfig::descriptor();
  return &field == provider->FindFieldByName("base_url") ? Use::kBaseUrl
                                                         : Use::kText;
}

std::string Bad(Use use, absl::string_view value) {
  switch (use) {
    case Use::kText:
      return IsValidUtf8(value) ? "" : "has a byte that is not UTF-8";
    case Use::kKey:
      return BadKey(value);
    case Use::kHeader:
      return BadHeaderValue(value);
    case Use::kBaseUrl:
      return BadBaseUrl(value);
  }
  return "";
}

class Expander {
 public:
  Expander(const SecretSource* secrets, FaultReport* report)
      : secrets_(*secrets), report_(*report) {}

  void Walk(const FieldPath& path, Message* message) {
    if (auto* fields =
            google::protobuf::DynamicCastToGenerated<Struct>(message)) {
      return WalkStruct(path, fields);
    }
    if (const auto* provider = google::protobuf::DynamicCastToGenerated<
            config::v1::ProviderConfig>(message)) {
      provider_ = provider->name();
    }
    std::vector<const FieldDescriptor*> fields;
    message->GetReflection()->ListFields(*message, &fields);
    for (const FieldDescriptor* field : fields) {
      WalkField(*field, path.Key(field->name()), message);
    }
  }

 private:
  void WalkField(const FieldDescriptor& field, const FieldPath& path,
                 Message* message) {
    const Reflection& reflection = *message->GetReflection();
    const bool is_message =
        field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (field.is_map()) return WalkMap(field, path, message);
    if (!is_message && field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
      return;
    }
    const int size =
        field.is_repeated() ? reflection.FieldSize(*message, &field) : 0;
    for (int i = 0; i < size; ++i) {
      if (is_message) {
        Walk(path.Index(i),
             reflection.MutableRepeatedMessage(message, &field, i));
        continue;
      }
      std::string text = reflection.GetRepeatedString(*message, &field, i);
      ExpandText(UseOf(field), path.Index(i), &text);
      reflection.SetRepeatedString(message, &field, i, std::move(text));
    }
    if (field.is_repeated()) return;
    if (is_message) {
      return Walk(path, reflection.MutableMessage(message, &field));
    }
    std::string text = reflection.GetString(*message, &field);
    ExpandText(UseOf(field), path, &text);
    reflection.SetString(message, &field, std::move(text));
  }

  void WalkMap(const FieldDescriptor& field, const FieldPath& path,
               Message* message) {
    const FieldDescriptor* key = field.message_type()->map_key();
    const FieldDescriptor* value = field.message_type()->map_value();
    if (key->cpp_type() != FieldDescriptor::CPPTYPE_STRING ||
        value->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
      return;
    }
    const Reflection& reflection = *message->GetReflection();
    for (int i = 0; i < reflection.FieldSize(*message, &field); ++i) {
      Message* entry = reflection.MutableRepeatedMessage(message, &field, i);
      const Reflection& of_entry = *entry->GetReflection();
      std::string text = of_entry.GetString(*entry, value);
      const std::string name = of_entry.GetString(*entry, key);
      ExpandText(UseOf(field), path.Key(name), &text);
      of_entry.SetString(entry, value, std::move(text));
    }
  }

  void WalkStruct(const FieldPath& path, Struct* fields) {
    for (auto& [key, value] : *fields->mutable_fields()) {
      WalkValue(path.Key(key), &value);
    }
  }

  void WalkValue(const FieldPath& path, Value* value) {
    if (value->has_string_value()) {
      ExpandText(Use::kText, path, value->mutable_string_value());
    } else if (value->has_struct_value()) {
      WalkStruct(path, value->mutable_struct_value());
    } else if (value->has_list_value()) {
      ListValue* list = value->mutable_list_value();
      for (int i = 0; i < list->values_size(); ++i) {
        WalkValue(path.Index(i), list->mutable_values(i));
      }
    }
  }

  void ExpandText(Use use, const FieldPath& path, std::string* text) {
    const std::string origin = Origin(ReferencesOf(*text));
    absl::StatusOr<std::string> expanded = Expand(*text, secrets_);
    if (!expanded.ok()) {
      report_.Add(path, absl::StrCat(expanded.status().message(), Origin("")));
      text->clear();
      return;
    }
    std::string value = *std::move(expanded);
    if (use == Use::kKey || use == Use::kHeader) {
      value = std::string(absl::StripAsciiWhitespace(value));
    }
    const std::string bad = Bad(use, value);
    if (!bad.empty()) {
      report_.Add(path, absl::StrCat(bad, origin));
      value.clear();
    }
    *text = std::move(value);
  }

  // Where a value is from and what it is for, in brackets: a number in a list
  // is no name to look for in a dozen providers.
  std::string Origin(absl::string_view from) const {
    if (from.empty() && provider_.empty()) return "";
    return absl::StrCat(
        " (", from.empty() ? "" : absl::StrCat("it comes from ", from),
        from.empty() || provider_.empty() ? "" : ", ",
        provider_.empty() ? "" : absl::StrCat("for provider '", provider_, "'"),
        ")");
  }

  const SecretSource& secrets_;
  FaultReport& report_;
  std::string provider_;  // The one that is walked; empty: none.
};

}  // namespace

void ExpandVariables(const SecretSource& secrets, const FieldPath& path,
                     Message* message, FaultReport& report) {
  Expander(&secrets, &report).Walk(path, message);
}

}  // namespace aigateway

#include "gateway/config/redact.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/struct.pb.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/schema_words.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;
using ::google::protobuf::Struct;
using ::google::protobuf::Value;

// Whether a key of free form is called like a secret. Rather too often than not
// at all: what is withheld can be looked up in the file.
bool NamesSecret(absl::string_view key) {
  const std::string name = absl::AsciiStrToLower(key);
  // Numbers of tokens are no secrets.
  if (absl::EndsWith(name, "tokens")) return false;
  for (absl::string_view word :
       {"key", "token", "secret", "password", "passwd", "passphrase",
        "credential", "authorization", "cookie", "signature", "private"}) {
    if (absl::StrContains(name, word)) return true;
  }
  return false;
}

// https://user:password@host -> https://[withheld]@host
void HideUserInfo(std::string* text) {
  const size_t scheme = text->find("://");
  if (scheme == std::string::npos) return;
  const size_t begin = scheme + 3;
  const size_t end = std::min(text->find_first_of("/?#", begin), text->size());
  const size_t at = text->rfind('@', end);
  if (at == std::string::npos || at < begin || at >= end) return;
  text->replace(begin, at - begin, std::string(kWithheld));
}

void WithholdAll(Value* value);

void RedactFree(Struct* fields) {
  for (auto& [key, value] : *fields->mutable_fields()) {
    if (NamesSecret(key)) {
      WithholdAll(&value);
    } else if (value.has_struct_value()) {
      RedactFree(value.mutable_struct_value());
    } else if (value.has_list_value()) {
      for (Value& item : *value.mutable_list_value()->mutable_values()) {
        if (item.has_struct_value()) RedactFree(item.mutable_struct_value());
        if (item.has_string_value()) HideUserInfo(item.mutable_string_value());
      }
    } else if (value.has_string_value()) {
      HideUserInfo(value.mutable_string_value());
    }
  }
}

// Withholds every text and number in `value`, and keeps its shape.
void WithholdAll(Value* value) {
  if (value->has_struct_value()) {
    for (auto& [key, each] : *value->mutable_struct_value()->mutable_fields()) {
      WithholdAll(&each);
    }
  } else if (value->has_list_value()) {
    for (Value& each : *value->mutable_list_value()->mutable_values()) {
      WithholdAll(&each);
    }
  } else if (value->has_string_value() || value->has_number_value()) {
    value->set_string_value(std::string(kWithheld));
  }
}

// Settings that travel as a Struct, by the schema that they were read with.
void RedactTyped(const Descriptor& type, Struct* fields);

void RedactTypedValue(const FieldDescriptor& field, Value* value) {
  if (IsSecret(field)) return WithholdAll(value);
  if (value->has_list_value() && !field.is_map()) {
    for (Value& item : *value->mutable_list_value()->mutable_values()) {
      RedactTypedValue(field, &item);
    }
    return;
  }
  if (value->has_string_value()) {
    return HideUserInfo(value->mutable_string_value());
  }
  if (!value->has_struct_value()) return;
  const bool is_known_message =
      field.message_type() != nullptr && !field.is_map() &&
      !absl::StartsWith(field.message_type()->full_name(), "google.protobuf.");
  if (is_known_message) {
    RedactTyped(*field.message_type(), value->mutable_struct_value());
  } else {
    RedactFree(value->mutable_struct_value());
  }
}

void RedactTyped(const Descriptor& type, Struct* fields) {
  for (auto& [key, value] : *fields->mutable_fields()) {
    const FieldDescriptor* field = type.FindFieldByName(key);
    if (field != nullptr) {
      RedactTypedValue(*field, &value);
    } else {
      WithholdAll(&value);  // Of no schema that is known here.
    }
  }
}

void RedactMessage(Message* message);

void WithholdTexts(const FieldDescriptor& field, Message* message) {
  const Reflection& reflection = *message->GetReflection();
  const std::string withheld(kWithheld);
  if (field.is_map()) {
    const FieldDescriptor* value = field.message_type()->map_value();
    for (int i = 0; i < reflection.FieldSize(*message, &field); ++i) {
      Message* entry = reflection.MutableRepeatedMessage(message, &field, i);
      entry->GetReflection()->SetString(entry, value, withheld);
    }
  } else if (field.is_repeated()) {
    for (int i = 0; i < reflection.FieldSize(*message, &field); ++i) {
      reflection.SetRepeatedString(message, &field, i, withheld);
    }
  } else {
    reflection.SetString(message, &field, withheld);
  }
}

void RedactField(const FieldDescriptor& field, Message* message) {
  if (IsSecret(field)) return WithholdTexts(field, message);
  const Reflection& reflection = *message->GetReflection();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
      !field.is_repeated()) {
    std::string text = reflection.GetString(*message, &field);
    HideUserInfo(&text);
    return reflection.SetString(message, &field, std::move(text));
  }
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field.is_map()) {
    return;
  }
  if (!field.is_repeated()) {
    return RedactMessage(reflection.MutableMessage(message, &field));
  }
  for (int i = 0; i < reflection.FieldSize(*message, &field); ++i) {
    RedactMessage(reflection.MutableRepeatedMessage(message, &field, i));
  }
}

void RedactMessage(Message* message) {
  if (auto* fields =
          google::protobuf::DynamicCastToGenerated<Struct>(message)) {
    return RedactFree(fields);
  }
  std::vector<const FieldDescriptor*> fields;
  message->GetReflection()->ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) RedactField(*field, message);
}

}  // namespace

config::v1::GatewayConfig Redact(const config::v1::GatewayConfig& config,
                                 const Vocabulary& vocabulary) {
  config::v1::GatewayConfig redacted = config;
  RedactMessage(&redacted);
  // Settings whose schema is known say for themselves what is a secret.
  for (int i = 0; i < config.plugins_size(); ++i) {
    const config::v1::PluginConfig& plugin = config.plugins(i);
    const auto found = vocabulary.plugins.find(plugin.name());
    if (found == vocabulary.plugins.end() ||
        found->second.settings == nullptr || !plugin.has_config()) {
      continue;
    }
    Struct* settings = redacted.mutable_plugins(i)->mutable_config();
    *settings = plugin.config();
    RedactTyped(*found->second.settings, settings);
  }
  return redacted;
}

}  // namespace aigateway

#include "gateway/config/schema_words.h"

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/base/edit_distance.h"

namespace aigateway {
namespace {

// "OnUnsupported" -> "ON_UNSUPPORTED_", with which its values begin.
std::string PrefixOf(const google::protobuf::EnumDescriptor& type) {
  std::string prefix;
  for (char c : type.name()) {
    if (absl::ascii_isupper(c) && !prefix.empty()) prefix.push_back('_');
    prefix.push_back(absl::ascii_toupper(c));
  }
  return prefix + "_";
}

}  // namespace

std::string WordOf(const google::protobuf::EnumValueDescriptor& value) {
  absl::string_view name = value.name();
  absl::ConsumePrefix(&name, PrefixOf(*value.type()));
  return absl::AsciiStrToLower(name);
}

const google::protobuf::EnumValueDescriptor* ValueByWord(
    const google::protobuf::EnumDescriptor& type, absl::string_view word) {
  for (int i = 0; i < type.value_count(); ++i) {
    const google::protobuf::EnumValueDescriptor* value = type.value(i);
    if (value->number() != 0 && WordOf(*value) == word) return value;
  }
  return nullptr;
}

std::vector<std::string> WordsOf(const google::protobuf::EnumDescriptor& type) {
  std::vector<std::string> words;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() != 0) words.push_back(WordOf(*type.value(i)));
  }
  return words;
}

std::vector<std::string> KeysOf(const google::protobuf::Descriptor& type) {
  std::vector<std::string> keys;
  for (int i = 0; i < type.field_count(); ++i) {
    keys.push_back(type.field(i)->name());
  }
  return keys;
}

bool IsSecret(const google::protobuf::FieldDescriptor& field) {
  return field.options().GetExtension(config::v1::secret);
}

bool IsWellKnown(const google::protobuf::FieldDescriptor& field,
                 absl::string_view name) {
  return field.message_type() != nullptr &&
         field.message_type()->full_name() ==
             absl::StrCat("google.protobuf.", name);
}

std::string DidYouMean(absl::string_view word,
                       const std::vector<std::string>& candidates) {
  // A longer word is nobody's slip of the pen, and the comparison costs its
  // length.
  constexpr size_t kMaxWordBytes = 64;
  if (word.size() > kMaxWordBytes) return "";
  const std::string nearest = Nearest(word, candidates);
  return nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?");
}

std::string AnyOf(const std::vector<std::string>& words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    absl::StrAppend(&text,
                    i == 0                  ? ""
                    : i + 1 == words.size() ? " or "
                                            : ", ",
                    "'", words[i], "'");
  }
  return text;
}

}  // namespace aigateway

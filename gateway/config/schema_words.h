#ifndef AIGATEWAY_GATEWAY_CONFIG_SCHEMA_WORDS_H_
#define AIGATEWAY_GATEWAY_CONFIG_SCHEMA_WORDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace aigateway {

// The names by which a file speaks of what a schema declares.

// The word of an enum's value: `ACTION_BLOCK` of enum `Action` is `block`.
std::string WordOf(const google::protobuf::EnumValueDescriptor& value);

// Returns null if no value has that word. The value 0, unspecified, has none.
const google::protobuf::EnumValueDescriptor* ValueByWord(
    const google::protobuf::EnumDescriptor& type, absl::string_view word);
// All words, in the order of the declaration.
std::vector<std::string> WordsOf(const google::protobuf::EnumDescriptor& type);

// The keys of a mapping that is read into `type`.
std::vector<std::string> KeysOf(const google::protobuf::Descriptor& type);

// Whether the schema marks the field as a secret.
bool IsSecret(const google::protobuf::FieldDescriptor& field);

// Whether the field is a google.protobuf message of that name: "Duration".
bool IsWellKnown(const google::protobuf::FieldDescriptor& field,
                 absl::string_view name);

// "; did you mean 'x'?", or nothing if no candidate is near.
std::string DidYouMean(absl::string_view word,
                       const std::vector<std::string>& candidates);
// "'a', 'b' or 'c'".
std::string AnyOf(const std::vector<std::string>& words);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_SCHEMA_WORDS_H_

#include "providers/anthropic_metadata.h"

#include <utility>

#include "providers/json_struct.h"

namespace aigateway {

bool AnthropicMetadata::Fits(size_t bytes) {
  if (bytes > kMaxBytes - bytes_) {
    overflowed_ = true;
    return false;
  }
  bytes_ += bytes;
  return true;
}

void AnthropicMetadata::Set(absl::string_view key, absl::string_view json) {
  if (json.empty() || json == "null" || !Fits(json.size())) return;
  google::protobuf::Value value;
  if (!ReadJsonIntoValue(json, &value)) return;
  (*members_.mutable_fields())[std::string(key)] = std::move(value);
}

void AnthropicMetadata::SetText(absl::string_view key, absl::string_view text) {
  if (text.empty() || !Fits(text.size())) return;
  (*members_.mutable_fields())[std::string(key)].set_string_value(
      std::string(text));
}

void AnthropicMetadata::Append(absl::string_view list, absl::string_view json) {
  if (!Fits(json.size())) return;
  google::protobuf::Value value;
  if (!ReadJsonIntoValue(json, &value)) return;
  *(*members_.mutable_fields())[std::string(list)]
       .mutable_list_value()
       ->add_values() = std::move(value);
}

}  // namespace aigateway

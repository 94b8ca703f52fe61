#include "providers/provider_metadata.h"

#include <utility>

#include "providers/json_struct.h"

namespace aigateway {
namespace {

bool SaysNothing(absl::string_view json) {
  return json.empty() || json == "null" || json == "\"\"" || json == "[]" ||
         json == "{}";
}

}  // namespace

void ProviderMetadata::Set(absl::string_view name, JsonValue& value) {
  Set("", name, value);
}

void ProviderMetadata::Set(absl::string_view group, absl::string_view name,
                           JsonValue& value) {
  if (value.is_null()) return;
  SetText(group, name, value.Raw());
}

void ProviderMetadata::SetText(absl::string_view group, absl::string_view name,
                               absl::string_view json) {
  if (SaysNothing(json)) return;
  const auto found_group = texts_.find(std::string(group));
  if (found_group != texts_.end()) {
    const auto found = found_group->second.find(std::string(name));
    if (found != found_group->second.end()) {
      // Perplexity repeats its citations with every chunk.
      if (found->second == json) return;
      if (bytes_ - found->second.size() + json.size() > kMaxBytes) return;
      bytes_ += json.size() - found->second.size();
      found->second.assign(json.data(), json.size());
      return;
    }
  }
  const size_t bytes = group.size() + name.size() + json.size();
  if (bytes_ + bytes > kMaxBytes) return;
  bytes_ += bytes;
  texts_[std::string(group)][std::string(name)] = std::string(json);
}

void ProviderMetadata::MoveTo(absl::string_view group,
                              ProviderMetadata* other) {
  for (const auto& [name, json] : texts_[""]) other->SetText(group, name, json);
  clear();
}

void ProviderMetadata::MoveTo(ProviderMetadata* other) {
  for (const auto& [group, members] : texts_) {
    for (const auto& [name, json] : members) {
      other->SetText(group, name, json);
    }
  }
  clear();
}

void ProviderMetadata::clear() {
  texts_.clear();
  bytes_ = 0;
}

void ProviderMetadata::To(google::protobuf::Struct* out) const {
  for (const auto& [group, members] : texts_) {
    google::protobuf::Struct* place = out;
    if (!group.empty()) {
      place = (*out->mutable_fields())[group].mutable_struct_value();
    }
    for (const auto& [name, json] : members) {
      google::protobuf::Value value;
      if (ReadJsonIntoValue(json, &value)) {
        (*place->mutable_fields())[name] = std::move(value);
      }
    }
  }
}

}  // namespace aigateway

#include "providers/provider_metadata.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

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
  const auto found_group = members_.find(std::string(group));
  if (found_group != members_.end()) {
    const auto found = found_group->second.find(std::string(name));
    if (found != found_group->second.end()) {
      std::string& text = found->second.text;
      // Perplexity repeats its citations with every chunk.
      if (text == json) return;
      if (bytes_ - text.size() + json.size() > kMaxBytes) return;
      bytes_ += json.size() - text.size();
      text.assign(json.data(), json.size());
      return;
    }
  }
  const size_t bytes = group.size() + name.size() + json.size();
  if (bytes_ + bytes > kMaxBytes) return;
  bytes_ += bytes;
  members_[std::string(group)][std::string(name)].text = std::string(json);
}

absl::Status ProviderMetadata::Append(absl::string_view name, JsonValue& list) {
  if (list.kind() != JsonValue::Kind::kArray) {
    Set(name, list);
    return absl::OkStatus();
  }
  return list.ForEachItem([&](JsonValue& entry) {
    AppendText("", name, entry.Raw());
    return absl::OkStatus();
  });
}

void ProviderMetadata::AppendText(absl::string_view group,
                                  absl::string_view name,
                                  absl::string_view entry) {
  if (SaysNothing(entry)) return;
  const size_t bytes = group.size() + name.size() + entry.size();
  if (bytes_ + bytes > kMaxBytes) return;
  std::vector<std::string>& entries =
      members_[std::string(group)][std::string(name)].entries;
  if (absl::c_linear_search(entries, entry)) return;
  bytes_ += bytes;
  entries.emplace_back(entry);
}

void ProviderMetadata::Give(const std::map<std::string, Member>& members,
                            absl::string_view group, ProviderMetadata* other) {
  for (const auto& [name, member] : members) {
    other->SetText(group, name, member.text);
    for (const std::string& entry : member.entries) {
      other->AppendText(group, name, entry);
    }
  }
}

void ProviderMetadata::MoveTo(absl::string_view group,
                              ProviderMetadata* other) {
  Give(members_[""], group, other);
  clear();
}

void ProviderMetadata::MoveTo(ProviderMetadata* other) {
  for (const auto& [group, members] : members_) Give(members, group, other);
  clear();
}

void ProviderMetadata::clear() {
  members_.clear();
  bytes_ = 0;
}

void ProviderMetadata::To(google::protobuf::Struct* out) const {
  for (const auto& [group, members] : members_) {
    google::protobuf::Struct* place = out;
    if (!group.empty()) {
      place = (*out->mutable_fields())[group].mutable_struct_value();
    }
    for (const auto& [name, member] : members) {
      const std::string list =
          absl::StrCat("[", absl::StrJoin(member.entries, ","), "]");
      google::protobuf::Value value;
      if (ReadJsonIntoValue(member.entries.empty() ? member.text : list,
                            &value)) {
        (*place->mutable_fields())[name] = std::move(value);
      }
    }
  }
}

}  // namespace aigateway

#include "gateway/config/diff.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/struct.pb.h"

#include "aigateway/config/v1/config.pb.h"
#include "aigateway/v1/admin.pb.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/utf8.h"
#include "gateway/config/field_path.h"
#include "gateway/config/redact.h"
#include "gateway/config/settings.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {
namespace {

using ::google::protobuf::ListValue;
using ::google::protobuf::Value;

// A value, and what may be shown of it: the two have the same shape.
struct Side {
  const Value* real = nullptr;  // Null: there is none.
  const Value* shown = nullptr;
};

std::string JsonOf(const Value& value) {
  constexpr size_t kMaxShownBytes = 2048;
  std::string json;
  JsonWriter(&json).Value(value);
  return Truncate(json, kMaxShownBytes);
}

Side Member(const Side& side, const std::string& key) {
  if (side.real == nullptr || !side.real->has_struct_value()) return {};
  const auto& real = side.real->struct_value().fields();
  const auto found = real.find(key);
  if (found == real.end()) return {};
  return {&found->second, &side.shown->struct_value().fields().at(key)};
}

std::set<std::string> KeysOf(const Side& side) {
  std::set<std::string> keys;
  for (const auto& [key, value] : side.real->struct_value().fields()) {
    keys.insert(key);
  }
  return keys;
}

// By what an entry of a list is known; empty if by nothing.
std::string NameOfEntry(const Value& entry) {
  const auto& fields = entry.struct_value().fields();
  for (const char* key : {"name", "virtual_key", "type"}) {
    const auto found = fields.find(key);
    if (found != fields.end() && found->second.has_string_value()) {
      return found->second.string_value();
    }
  }
  return "";
}

// The entries of a list of mappings by their names; nullopt if it has others,
// or names that are not unique.
using NamedEntries = std::vector<std::pair<std::string, Side>>;
std::optional<NamedEntries> ByName(const Side& side) {
  NamedEntries entries;
  std::set<std::string> seen;
  const auto& real = side.real->list_value().values();
  for (int i = 0; i < real.size(); ++i) {
    std::string name = NameOfEntry(real[i]);
    if (name.empty() || !seen.insert(name).second) return std::nullopt;
    entries.emplace_back(std::move(name),
                         Side{&real[i], &side.shown->list_value().values(i)});
  }
  return entries;
}

class Differ {
 public:
  void Compare(const std::string& path, const Side& before, const Side& after) {
    if (before.real == nullptr || after.real == nullptr) {
      return Leaf(path, before, after);
    }
    if (before.real->has_struct_value() && after.real->has_struct_value()) {
      return Mappings(path, before, after);
    }
    if (before.real->has_list_value() && after.real->has_list_value()) {
      const auto old_entries = ByName(before);
      const auto new_entries = ByName(after);
      if (old_entries.has_value() && new_entries.has_value()) {
        return NamedLists(path, *old_entries, *new_entries);
      }
      if (HasMappings(before) || HasMappings(after)) {
        return PlainLists(path, before, after);
      }
    }
    Leaf(path, before, after);
  }

  std::vector<v1::ConfigChange> Take() {
    std::sort(changes_.begin(), changes_.end(),
              [](const auto& a, const auto& b) { return a.path() < b.path(); });
    if (dropped_ > 0) {
      v1::ConfigChange& rest = changes_.emplace_back();
      rest.set_kind(v1::CONFIG_CHANGE_KIND_CHANGED);
      rest.set_new_value(absl::StrCat("\"", dropped_, " more changes\""));
    }
    return std::move(changes_);
  }

 private:
  static bool HasMappings(const Side& side) {
    const auto& values = side.real->list_value().values();
    return std::any_of(values.begin(), values.end(), [](const Value& value) {
      return value.has_struct_value();
    });
  }

  void Mappings(const std::string& path, const Side& before,
                const Side& after) {
    std::set<std::string> keys = KeysOf(before);
    keys.merge(KeysOf(after));
    for (const std::string& key : keys) {
      std::string member = path;
      AppendPathKey(key, &member);
      Compare(member, Member(before, key), Member(after, key));
    }
  }

  void NamedLists(const std::string& path, const NamedEntries& before,
                  const NamedEntries& after) {
    std::map<std::string, std::pair<Side, Side>> pairs;
    for (const auto& [name, side] : before) pairs[name].first = side;
    for (const auto& [name, side] : after) pairs[name].second = side;
    for (const auto& [name, sides] : pairs) {
      Compare(absl::StrCat(path, "[", Truncate(name, 64), "]"), sides.first,
              sides.second);
    }
    // Of those that stayed, whether they changed places.
    Value old_order;
    Value new_order;
    for (const auto& [name, side] : before) {
      if (pairs[name].second.real == nullptr) continue;
      old_order.mutable_list_value()->add_values()->set_string_value(name);
    }
    for (const auto& [name, side] : after) {
      if (pairs[name].first.real == nullptr) continue;
      new_order.mutable_list_value()->add_values()->set_string_value(name);
    }
    Leaf(path, {&old_order, &old_order}, {&new_order, &new_order});
  }

  void PlainLists(const std::string& path, const Side& before,
                  const Side& after) {
    const auto item = [](const Side& side, int i) {
      const ListValue& real = side.real->list_value();
      if (i >= real.values_size()) return Side{};
      return Side{&real.values(i), &side.shown->list_value().values(i)};
    };
    const int size = std::max(before.real->list_value().values_size(),
                              after.real->list_value().values_size());
    for (int i = 0; i < size; ++i) {
      std::string entry = path;
      AppendPathIndex(i, &entry);
      Compare(entry, item(before, i), item(after, i));
    }
  }

  void Leaf(const std::string& path, const Side& before, const Side& after) {
    const bool was = before.real != nullptr;
    const bool is = after.real != nullptr;
    if (was && is && Same(*before.real, *after.real)) return;
    if (changes_.size() == kMaxChanges) {
      ++dropped_;
      return;
    }
    v1::ConfigChange& change = changes_.emplace_back();
    change.set_path(path);
    change.set_kind(!was  ? v1::CONFIG_CHANGE_KIND_ADDED
                    : !is ? v1::CONFIG_CHANGE_KIND_REMOVED
                          : v1::CONFIG_CHANGE_KIND_CHANGED);
    if (was) change.set_old_value(JsonOf(*before.shown));
    if (is) change.set_new_value(JsonOf(*after.shown));
    // What differs, but not in what may be shown of it, is a secret.
    if (was && is && change.old_value() == change.new_value()) {
      change.set_old_value("\"(changed)\"");
      change.set_new_value("\"(changed)\"");
    }
  }

  static bool Same(const Value& a, const Value& b) {
    std::string a_text;
    std::string b_text;
    JsonWriter(&a_text).Value(a);
    JsonWriter(&b_text).Value(b);
    return a_text == b_text;
  }

  std::vector<v1::ConfigChange> changes_;
  size_t dropped_ = 0;
};

Value AsValue(const config::v1::GatewayConfig& config) {
  Value value;
  *value.mutable_struct_value() = ToStruct(config);
  return value;
}

}  // namespace

std::vector<v1::ConfigChange> DiffConfigs(
    const config::v1::GatewayConfig& before,
    const config::v1::GatewayConfig& after, const Vocabulary& vocabulary) {
  const Value old_real = AsValue(before);
  const Value old_shown = AsValue(Redact(before, vocabulary));
  const Value new_real = AsValue(after);
  const Value new_shown = AsValue(Redact(after, vocabulary));
  Differ differ;
  differ.Compare("", {&old_real, &old_shown}, {&new_real, &new_shown});
  return differ.Take();
}

}  // namespace aigateway

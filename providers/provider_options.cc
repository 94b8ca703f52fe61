#include "providers/provider_options.h"

#include <map>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/map.h"
#include "google/protobuf/struct.pb.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

using ::google::protobuf::Struct;
using ::google::protobuf::Value;

constexpr int kMaxDepth = 64;
constexpr size_t kMaxShownKey = 64;

// A name without what servers may overlook: case, '_', '-', and the two
// characters beyond ASCII that Go's encoding/json folds into 's' and 'k'.
std::string Plain(absl::string_view name) {
  std::string plain;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name.substr(i, 2) == "\u017F") {
      plain.push_back('s');
      i += 1;
    } else if (name.substr(i, 3) == "\u212A") {
      plain.push_back('k');
      i += 2;
    } else if (name[i] != '_' && name[i] != '-') {
      plain.push_back(absl::ascii_tolower(static_cast<unsigned char>(name[i])));
    }
  }
  return plain;
}

// The options of one provider type, while they are checked and merged.
class Merger {
 public:
  Merger(absl::string_view root_path,
         absl::Span<const absl::string_view> reserved)
      : root_path_(root_path) {
    for (absl::string_view name : reserved) reserved_.insert(Plain(name));
  }

  // Refuses names that are reserved. `path` has the plain names above, each
  // with a dot; `shown` is the field path so far.
  absl::Status Check(const Struct& options, const std::string& path,
                     const std::string& shown, int depth) const {
    absl::flat_hash_set<std::string> seen;
    for (const auto& [name, value] : Sorted(options)) {
      const std::string plain = Plain(name);
      const std::string field = FieldPath(shown, name);
      if (!seen.insert(plain).second) {
        return FieldError(field, "is given twice, in two spellings");
      }
      if (reserved_.contains(plain) || reserved_.contains(path + plain)) {
        return FieldError(
            field, "the request has a field of its own for this; use that");
      }
      AIGW_RETURN_IF_ERROR(
          CheckValue(*value, absl::StrCat(path, plain, "."), field, depth));
    }
    return absl::OkStatus();
  }

  // Writes `object`, the text of a JSON object, with `options` merged in.
  absl::Status Merge(absl::string_view object, const Struct& options,
                     const std::string& shown, JsonWriter& out) const {
    std::map<std::string, const Value*> left = Sorted(options);
    std::map<std::string, std::string> by_plain_name;
    for (const auto& [name, value] : left) by_plain_name[Plain(name)] = name;

    out.StartObject();
    JsonReader reader;
    AIGW_RETURN_IF_ERROR(reader.Read(object, [&](JsonValue& root) {
      return root.ForEachField(
          [&](absl::string_view key, JsonValue& member) -> absl::Status {
            const auto same = by_plain_name.find(Plain(key));
            if (same == by_plain_name.end()) {
              out.Key(key);
              out.Raw(member.Raw());
              return absl::OkStatus();
            }
            const std::string field = FieldPath(shown, same->second);
            const Value& value = *left[same->second];
            if (same->second != key || !value.has_struct_value() ||
                member.kind() != JsonValue::Kind::kObject) {
              return FieldError(field, "the gateway sets this itself");
            }
            left.erase(same->second);
            out.Key(key);
            return Merge(std::string(member.Raw()), value.struct_value(), field,
                         out);
          });
    }));
    for (const auto& [name, value] : left) {
      out.Key(name);
      out.Value(*value);
    }
    out.EndObject();
    return absl::OkStatus();
  }

  const std::string& root_path() const { return root_path_; }

 private:
  // In the order of the names, for the order of a hash map is nobody's.
  static std::map<std::string, const Value*> Sorted(const Struct& options) {
    std::map<std::string, const Value*> sorted;
    for (const auto& [name, value] : options.fields()) sorted[name] = &value;
    return sorted;
  }

  static std::string FieldPath(absl::string_view shown,
                               absl::string_view name) {
    return absl::StrCat(shown, ".", Truncate(name, kMaxShownKey));
  }

  absl::Status CheckValue(const Value& value, const std::string& path,
                          const std::string& shown, int depth) const {
    if (depth >= kMaxDepth) {
      return FieldError(root_path_, "is nested too deep");
    }
    if (value.has_struct_value()) {
      return Check(value.struct_value(), path, shown, depth + 1);
    }
    if (value.has_list_value()) {
      int index = 0;
      for (const Value& item : value.list_value().values()) {
        AIGW_RETURN_IF_ERROR(CheckValue(
            item, path, absl::StrCat(shown, "[", index++, "]"), depth + 1));
      }
    }
    return absl::OkStatus();
  }

  const std::string root_path_;
  absl::flat_hash_set<std::string> reserved_;
};

absl::Status MergeFor(absl::string_view type,
                      const google::protobuf::Map<std::string, Struct>& all,
                      absl::string_view holder,
                      absl::Span<const absl::string_view> reserved,
                      std::string* body) {
  const auto found = all.find(std::string(type));
  if (found == all.end()) return absl::OkStatus();
  return MergeOptions(found->second,
                      absl::StrCat(holder, "provider_options.", type), reserved,
                      body);
}

}  // namespace

absl::Status MergeProviderOptions(const v1::ChatRequest& chat,
                                  absl::string_view type,
                                  absl::Span<const absl::string_view> reserved,
                                  std::string* body) {
  return MergeFor(type, chat.provider_options(), "chat.", reserved, body);
}

absl::Status MergeProviderOptions(const v1::EmbedRequest& embed,
                                  absl::string_view type,
                                  absl::Span<const absl::string_view> reserved,
                                  std::string* body) {
  return MergeFor(type, embed.provider_options(), "", reserved, body);
}

absl::Status MergeOptions(const Struct& options, absl::string_view path,
                          absl::Span<const absl::string_view> reserved,
                          std::string* body) {
  if (options.fields().empty()) return absl::OkStatus();
  const Merger merger(path, reserved);
  AIGW_RETURN_IF_ERROR(
      merger.Check(options, "", merger.root_path(), /*depth=*/0));
  std::string merged;
  {
    JsonWriter out(&merged);
    AIGW_RETURN_IF_ERROR(merger.Merge(*body, options, merger.root_path(), out));
  }
  *body = std::move(merged);
  return absl::OkStatus();
}

}  // namespace aigateway

#include "gateway/config/source_map.h"

#include <cstddef>
#include <optional>
#include <string>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "gateway/config/place.h"
#include "gateway/config/yaml_node.h"

namespace aigateway {
namespace {

// A key, or an index in a list.
using Step = std::variant<std::string, size_t>;

// Takes `"gpt \"4"]` from `path`.
std::string TakeQuotedKey(absl::string_view* path) {
  std::string key;
  while (!path->empty() && path->front() != '"') {
    if (path->front() == '\\' && path->size() > 1) path->remove_prefix(1);
    key.push_back(path->front());
    path->remove_prefix(1);
  }
  absl::ConsumePrefix(path, "\"]");
  return key;
}

// Takes the first step of `path`; nullopt if there is none.
std::optional<Step> TakeStep(absl::string_view* path) {
  absl::ConsumePrefix(path, ".");
  if (path->empty()) return std::nullopt;
  if (absl::ConsumePrefix(path, "[\"")) return TakeQuotedKey(path);
  if (absl::ConsumePrefix(path, "[")) {
    const size_t end = path->find(']');
    size_t index = 0;
    if (end == path->npos || !absl::SimpleAtoi(path->substr(0, end), &index)) {
      return std::nullopt;
    }
    path->remove_prefix(end + 1);
    return index;
  }
  const std::string key(path->substr(0, path->find_first_of(".[")));
  path->remove_prefix(key.size());
  return key;
}

}  // namespace

SourceMap::Found SourceMap::Walk(absl::string_view path) const {
  if (document_ == nullptr) return {};
  const YamlNode* node = &document_->root();
  Place place = node->place;
  while (!path.empty()) {
    const std::optional<Step> step = TakeStep(&path);
    if (!step.has_value()) return {place, false};
    if (const auto* key = std::get_if<std::string>(&*step)) {
      const YamlNode::Member* member = node->Find(*key);
      if (member == nullptr) return {place, false};
      node = member->value;
      place = member->key_place;
    } else {
      const size_t index = std::get<size_t>(*step);
      if (index >= node->items.size()) return {place, false};
      node = node->items[index];
      place = node->place;
    }
    if (node->kind == YamlNode::Kind::kScalar) place = node->place;
  }
  return {place, true};
}

Place SourceMap::Find(absl::string_view path) const { return Walk(path).place; }

bool SourceMap::Has(absl::string_view path) const { return Walk(path).all; }

}  // namespace aigateway

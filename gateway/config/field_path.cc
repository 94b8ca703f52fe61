#include "gateway/config/field_path.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

constexpr size_t kMaxKeyBytes = 64;

bool IsPlainKey(absl::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == '-';
  });
}

}  // namespace

void AppendPathKey(absl::string_view key, std::string* path) {
  if (IsPlainKey(key) && key.size() <= kMaxKeyBytes) {
    absl::StrAppend(path, path->empty() ? "" : ".", key);
    return;
  }
  path->append("[\"");
  for (char c : Truncate(key, kMaxKeyBytes)) {
    if (c == '"' || c == '\\') path->push_back('\\');
    // A path is one line, whatever a key has in it.
    path->push_back(absl::ascii_iscntrl(c) ? ' ' : c);
  }
  path->append("\"]");
}

void AppendPathIndex(int index, std::string* path) {
  absl::StrAppend(path, "[", index, "]");
}

std::string FieldPath::ToString() const {
  std::vector<const FieldPath*> steps;
  for (const FieldPath* step = this; !step->is_root(); step = step->parent_) {
    steps.push_back(step);
  }
  std::string path;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    if ((*step)->index_ >= 0) {
      AppendPathIndex((*step)->index_, &path);
    } else {
      AppendPathKey((*step)->key_, &path);
    }
  }
  return Truncate(path, kMaxPathBytes);
}

}  // namespace aigateway

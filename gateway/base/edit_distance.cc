#include "gateway/base/edit_distance.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"

namespace aigateway {

int EditDistance(absl::string_view a, absl::string_view b) {
  // Optimal string alignment: row i of the table compares the first i letters
  // of `a` with each beginning of `b`; a swap looks back two rows.
  std::vector<int> before_last(b.size() + 1);
  std::vector<int> last(b.size() + 1);
  std::vector<int> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same = a[i - 1] == b[j - 1];
      row[j] =
          std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

std::string Nearest(absl::string_view word,
                    const std::vector<std::string>& candidates) {
  // Nobody mistypes more; it also bounds the work that a hostile word causes.
  constexpr size_t kLongest = 64;
  if (word.size() > kLongest) return "";
  const std::string wanted = absl::AsciiStrToLower(word);
  const std::string* nearest = nullptr;
  int nearest_distance = 0;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kLongest) continue;
    const int distance = EditDistance(wanted, absl::AsciiStrToLower(candidate));
    // A third of the letters may be wrong.
    const auto limit =
        static_cast<int>((std::max(word.size(), candidate.size()) + 1) / 3);
    if (distance > limit) continue;
    if (nearest == nullptr || distance < nearest_distance) {
      nearest = &candidate;
      nearest_distance = distance;
    }
  }
  return nearest == nullptr ? "" : *nearest;
}

}  // namespace aigateway

#include "tools/aigwctl/table.h"

#include <algorithm>

namespace aigateway {

std::string Table::ToString() const {
  const size_t columns = rows_.front().size();
  std::vector<size_t> widths(columns, 1);
  for (const auto& row : rows_) {
    for (size_t i = 0; i < columns && i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const auto& row : rows_) {
    for (size_t i = 0; i < columns; ++i) {
      const std::string cell =
          i < row.size() && !row[i].empty() ? row[i] : std::string("-");
      text += cell;
      // No blanks behind the last column.
      if (i + 1 < columns)
        text += std::string(widths[i] - cell.size() + 2, ' ');
    }
    text += "\n";
  }
  return text;
}

}  // namespace aigateway

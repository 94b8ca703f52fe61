#ifndef AIGATEWAY_TOOLS_AIGWCTL_TABLE_H_
#define AIGATEWAY_TOOLS_AIGWCTL_TABLE_H_

#include <string>
#include <vector>

namespace aigateway {

// Rows of text in aligned columns, as a person reads them.
class Table {
 public:
  explicit Table(std::vector<std::string> head) { rows_.push_back(head); }
  // Cells beyond the head's are left out; an empty one shows as "-".
  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  std::string ToString() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TOOLS_AIGWCTL_TABLE_H_

#ifndef AIGATEWAY_STRATEGIES_REGEX_LIST_H_
#define AIGATEWAY_STRATEGIES_REGEX_LIST_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "re2/re2.h"
#include "re2/set.h"

namespace aigateway {

// Regular expressions (RE2's syntax) that are looked for in one pass over a
// text, in time linear in it, however many they are: no text makes one
// backtrack. Immutable after Compile(), used from every thread at once.
class RegexList {
 public:
  RegexList();

  // Adds one and returns its index. The status's message says what is wrong
  // with it.
  absl::StatusOr<int> Add(const std::string& pattern);

  // Must be called once, after the last Add().
  void Compile();

  // For each expression, whether it occurs in `text`.
  std::vector<bool> Search(absl::string_view text) const;

 private:
  std::vector<std::unique_ptr<re2::RE2>> each_;
  re2::RE2::Set all_;
  bool together_ = false;  // Whether they fit into one automaton.
};

}  // namespace aigateway

#endif  // AIGATEWAY_STRATEGIES_REGEX_LIST_H_

#ifndef AIGATEWAY_PLUGINS_PATTERN_SCANNER_H_
#define AIGATEWAY_PLUGINS_PATTERN_SCANNER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "re2/re2.h"
#include "re2/set.h"

#include "plugins/text_scanner.h"

namespace aigateway {

// Compiles with 8 MiB for its automaton, in which RE2 stays linear whatever the
// text. INVALID_ARGUMENT with RE2's words if it is no pattern, and for one that
// the empty text matches, since it would be everywhere.
absl::StatusOr<std::unique_ptr<re2::RE2>> CompilePattern(
    absl::string_view pattern);

// What to look for and what to do about it.
struct Pattern {
  std::string name;  // Shown to whom it refuses.
  std::unique_ptr<re2::RE2> regex;
  bool redacts = false;     // Else it refuses.
  std::string replacement;  // Of a match, or of its group, if it redacts.
  int group = 0;
  // Where what counts ends of a group that stands from `begin` to `end` in
  // `text`; `begin` if it is none. It may look at some bytes around it. Null:
  // all of it counts.
  std::function<size_t(absl::string_view text, size_t begin, size_t end)>
      counted = nullptr;
  // Whether, in one that does not count, another may begin that does.
  bool looks_within = false;
};

// Holds back as much as a match may have, and the character behind it.
std::function<size_t(absl::string_view text, size_t begin)> HoldBack(
    size_t max_match_bytes);

// Refuses or changes texts by regular expressions. A pattern that refuses goes
// before all that redact; of those, the leftmost match counts, and of two at
// one place the earlier pattern. Immutable.
class PatternScanner final : public TextScanner {
 public:
  // Where, at or after `begin`, the first match could begin that text behind
  // the end of `text` may still make, change or undo.
  using OpenEnd = std::function<size_t(absl::string_view text, size_t begin)>;

  // Of a pattern that redacts no more than about `reach` bytes are read behind
  // the beginning of a match to see whether it goes on, unless it does all
  // along: so that one that always may (`foo(?s:.*bar)?`) does not read all of
  // the text for each match.
  PatternScanner(std::vector<Pattern> patterns, OpenEnd open_end, size_t reach);

  absl::StatusOr<Scan> Look(absl::string_view text, size_t begin,
                            bool complete) const override;

 private:
  // Which patterns are worth a look at this text.
  std::vector<const Pattern*> MatchingIn(absl::string_view text) const;

  const std::vector<Pattern> patterns_;
  const OpenEnd open_end_;
  const size_t reach_;
  // All at once; null if RE2 cannot.
  std::unique_ptr<const re2::RE2::Set> all_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_PATTERN_SCANNER_H_

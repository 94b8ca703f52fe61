#ifndef AIGATEWAY_PLUGINS_JSON_ESCAPES_H_
#define AIGATEWAY_PLUGINS_JSON_ESCAPES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace aigateway {

// JSON text with the escapes of its strings undone ("\u006f" is "o"), and the
// way back: what a guard looks at, since a word that is spelled with escapes is
// the same word to who reads the JSON. Half of a surrogate pair without the
// other becomes U+FFFD. What is no escape stays as it is, JSON or not.
class UnescapedJson {
 public:
  // `complete`: nothing follows. Else an escape at the end that may go on is
  // left out.
  UnescapedJson(absl::string_view json, bool complete);

  const std::string& text() const { return text_; }

  // The place in the JSON of a place in text(): the beginning of the escape
  // that it is within or at.
  size_t SourceOf(size_t place) const;
  // The same of the end of something: behind the escape that it is within.
  size_t SourceOfEnd(size_t place) const;

 private:
  // One escape: where it stands here and in the JSON.
  struct Escape {
    size_t begin, end;
    size_t source_begin, source_end;
  };
  // The last escape that begins at or before `place`; null if there is none.
  const Escape* Before(size_t place) const;

  std::string text_;
  std::vector<Escape> escapes_;
};

// `text` as it stands between the quotes of a JSON string.
std::string EscapeJson(absl::string_view text);

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_JSON_ESCAPES_H_

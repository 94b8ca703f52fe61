#ifndef AIGATEWAY_PLUGINS_TEXT_FOLDING_H_
#define AIGATEWAY_PLUGINS_TEXT_FOLDING_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

#include "unicode/brkiter.h"
#include "unicode/utext.h"

namespace aigateway {

// Brings texts that a reader takes for the same into one form, by the rules of
// the Unicode Standard (annex 15, forms of compatibility): composed and
// decomposed letters, wide and narrow ones, ligatures. Immutable; ICU.
class TextFolding {
 public:
  // Not `case_sensitive`: the letters of every script lose their case, too
  // (NFKC_Casefold), and what cannot be seen, such as a soft hyphen or a
  // zero-width space, is left out.
  explicit TextFolding(bool case_sensitive) : case_sensitive_(case_sensitive) {}

  std::string Fold(absl::string_view text) const;

  // Where the last character of `text` begins, with what combines with it: up
  // to there nothing that follows changes the folded text. A character that
  // more than 256 bytes combine with is taken apart.
  size_t Stable(absl::string_view text) const;

  // The beginning of what `folded_place` bytes of Fold(text) were made of.
  size_t SourceOf(absl::string_view text, size_t folded_place) const;

 private:
  const bool case_sensitive_;
};

// Whether nothing in `text` can be seen: it is empty or white space.
bool IsBlank(absl::string_view text);

// Whether words begin or end at a place of a text (Unicode Standard annex 29).
// Looks only at what is around the place.
class WordBoundaries {
 public:
  // `text` must outlive this object.
  explicit WordBoundaries(absl::string_view text);
  ~WordBoundaries();
  WordBoundaries(const WordBoundaries&) = delete;
  WordBoundaries& operator=(const WordBoundaries&) = delete;

  // Between two words, or at an end of the text.
  bool IsAt(size_t place);

 private:
  UText* const text_;
  const std::unique_ptr<icu::BreakIterator> iterator_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_TEXT_FOLDING_H_

#ifndef AIGATEWAY_PLUGINS_WORD_SCANNER_H_
#define AIGATEWAY_PLUGINS_WORD_SCANNER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "plugins/literal_set.h"
#include "plugins/text_folding.h"
#include "plugins/text_scanner.h"

namespace aigateway {

// Refuses texts that have one of many words in them. Thread-safe.
class WordScanner final : public TextScanner {
 public:
  struct Options {
    bool case_sensitive = false;
    // Only where a word begins and ends in the text (Unicode annex 29), not in
    // the middle of another one.
    bool whole_words = false;
  };

  // `words` have something to be seen each. Fails as LiteralSet does.
  static absl::StatusOr<std::unique_ptr<WordScanner>> Create(
      const std::vector<std::string>& words, Options options);

  WordScanner(std::unique_ptr<LiteralSet> words, Options options);

  absl::StatusOr<Scan> Look(absl::string_view text, size_t begin,
                            bool complete) const override;

 private:
  // Where in `folded` the first word begins that may still become, or be no
  // part of, a longer one; its size if there is none.
  absl::StatusOr<size_t> LookAtWords(absl::string_view folded, size_t begin,
                                     bool complete) const;

  const std::unique_ptr<LiteralSet> words_;
  const Options options_;
  const TextFolding folding_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_WORD_SCANNER_H_

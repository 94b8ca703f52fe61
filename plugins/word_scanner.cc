#include "plugins/word_scanner.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

// What must be known behind a word before it is said to end there. More than
// one character, since an apostrophe counts only with a letter behind it.
constexpr size_t kLookAhead = 32;

absl::Status Refused() {
  return Error(ErrorReason::kGuardrailRejected,
               "the text has a word that is not allowed here");
}

}  // namespace

absl::StatusOr<std::unique_ptr<WordScanner>> WordScanner::Create(
    const std::vector<std::string>& words, Options options) {
  const TextFolding folding(options.case_sensitive);
  std::vector<std::string> folded;
  for (const std::string& word : words) folded.push_back(folding.Fold(word));
  AIGW_ASSIGN_OR_RETURN(std::unique_ptr<LiteralSet> set,
                        LiteralSet::Create(std::move(folded)));
  return std::make_unique<WordScanner>(std::move(set), options);
}

WordScanner::WordScanner(std::unique_ptr<LiteralSet> words, Options options)
    : words_(std::move(words)),
      options_(options),
      folding_(options.case_sensitive) {}

absl::StatusOr<Scan> WordScanner::Look(absl::string_view text, size_t begin,
                                       bool complete) const {
  const absl::string_view body = text.substr(begin);
  const absl::string_view stable =
      complete ? body : body.substr(0, folding_.Stable(body));
  const std::string folded = folding_.Fold(stable);
  size_t open = folded.size();
  if (options_.whole_words) {
    const std::string before = folding_.Fold(text.substr(0, begin));
    AIGW_ASSIGN_OR_RETURN(open, LookAtWords(absl::StrCat(before, folded),
                                            before.size(), complete));
    open -= before.size();
  } else {
    bool refused = false;
    AIGW_RETURN_IF_ERROR(words_->Find(folded, [&](size_t, size_t) {
      refused = true;
      return false;
    }));
    if (refused) return Refused();
  }
  Scan scan;
  scan.settled = begin + stable.size();
  if (complete) return scan;
  open = std::min(open, words_->OpenEnd(folded));
  if (open < folded.size()) {
    scan.settled = begin + folding_.SourceOf(stable, open);
  }
  return scan;
}

absl::StatusOr<size_t> WordScanner::LookAtWords(absl::string_view folded,
                                                size_t begin,
                                                bool complete) const {
  size_t open = folded.size();
  bool refused = false;
  std::optional<WordBoundaries> boundaries;
  AIGW_RETURN_IF_ERROR(words_->Find(folded, [&](size_t first, size_t end) {
    if (first < begin) return true;
    if (!complete && end + kLookAhead > folded.size()) {
      open = std::min(open, first);
      return true;
    }
    if (!boundaries.has_value()) boundaries.emplace(folded);
    refused = boundaries->IsAt(first) && boundaries->IsAt(end);
    return !refused;
  }));
  if (refused) return Refused();
  return open;
}

}  // namespace aigateway

#include "gateway/core/seam.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace aigateway {
namespace {

// A repeated end longer than this is not looked for: it would be the whole
// answer anew.
constexpr size_t kMaxOverlap = 4096;
// Fewer letters and digits than this may well stand twice in a text on purpose
// ("very very"); more in a row are an overlap.
constexpr int kMinRepeated = 5;
// And fewer than this may come again even without a space between.
constexpr int kLeastWord = 3;
// Words that two texts may have in common by chance at their beginning.
constexpr int kChanceWords = 1;

bool IsWordByte(char byte) {
  return absl::ascii_isalnum(static_cast<unsigned char>(byte)) ||
         static_cast<unsigned char>(byte) >= 0x80;
}

int WordBytes(absl::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), IsWordByte));
}

// Words that are whole within `text`: the last one may go on after it.
int WholeWords(absl::string_view text) {
  int words = 0;
  for (size_t i = 1; i < text.size(); ++i) {
    if (IsWordByte(text[i - 1]) && !IsWordByte(text[i])) ++words;
  }
  return words;
}

size_t CommonPrefix(absl::string_view a, absl::string_view b) {
  return static_cast<size_t>(
      std::mismatch(a.begin(), a.begin() + std::min(a.size(), b.size()),
                    b.begin())
          .first -
      a.begin());
}

}  // namespace

absl::string_view Seam::PromptOf(absl::string_view sent) {
  return absl::StripTrailingAsciiWhitespace(sent);
}

Seam::Seam(absl::string_view sent)
    : sent_(sent),
      prompt_size_(PromptOf(sent).size()),
      says_enough_(WordBytes(sent) >= kLeastWord) {}

// The end of `sent_` from `position` on is `repeated`. By chance, or is it a
// repetition?
bool Seam::RepeatsWords(absl::string_view repeated, size_t position) const {
  // It begins within a word: "ban" + "ana" repeats nothing.
  const bool at_word = position == 0 || !IsWordByte(sent_[position - 1]) ||
                       !IsWordByte(sent_[position]);
  if (!at_word) return false;
  if (WordBytes(repeated) >= kMinRepeated) return true;
  // The last word was sent without what follows it, and comes again: joined
  // they would run into each other.
  return WordBytes(repeated) >= kLeastWord && IsWordByte(repeated.front()) &&
         IsWordByte(repeated.back());
}

int Seam::Overlap(bool whole) const {
  const absl::string_view sent = sent_;
  const absl::string_view held = held_;
  const size_t first =
      sent.size() > kMaxOverlap ? sent.size() - kMaxOverlap : 0;
  // The longest end of what was sent that `held_` begins with.
  for (size_t position = first; position < sent.size(); ++position) {
    const absl::string_view end = sent.substr(position);
    if (held.size() < end.size()) {
      // More of it may come.
      if (!whole && absl::StartsWith(end, held) &&
          RepeatsWords(end, position)) {
        return -1;
      }
      continue;
    }
    if (absl::StartsWith(held, end) && RepeatsWords(end, position)) {
      return static_cast<int>(end.size());
    }
  }
  // White space that the prompt was sent without.
  const absl::string_view space = sent.substr(prompt_size_);
  const size_t same = CommonPrefix(space, held);
  if (!whole && same == held.size() && same < space.size()) return -1;
  return static_cast<int>(same);
}

void Seam::Compare() {
  while (same_ < held_.size() && same_ < sent_.size() &&
         held_[same_] == sent_[same_]) {
    ++same_;
  }
}

std::optional<std::string> Seam::Feed(absl::string_view piece) {
  held_.append(piece.data(), piece.size());
  Compare();
  if (same_ == sent_.size() && says_enough_) return held_.substr(same_);
  if (same_ == held_.size() && says_enough_) return std::nullopt;
  if (WholeWords(absl::string_view(held_).substr(0, same_)) > kChanceWords) {
    departed_ = true;
    return "";
  }
  const int overlap = Overlap(/*whole=*/false);
  if (overlap < 0) return std::nullopt;
  return held_.substr(static_cast<size_t>(overlap));
}

std::string Seam::Finish() {
  if (same_ == sent_.size() && says_enough_) return held_.substr(same_);
  const int overlap = Overlap(/*whole=*/true);
  // It began anew and stopped before it was as far as the first.
  if (overlap < static_cast<int>(held_.size()) &&
      WholeWords(absl::string_view(held_).substr(0, same_)) > kChanceWords) {
    departed_ = true;
    return "";
  }
  return held_.substr(static_cast<size_t>(overlap));
}

}  // namespace aigateway

#include "providers/think_tags.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace aigateway {
namespace {

constexpr absl::string_view kOpen = "<think>";
constexpr absl::string_view kClose = "</think>";

// How many bytes at the end of `text` could begin `tag`.
size_t PartialTag(absl::string_view text, absl::string_view tag) {
  for (size_t n = std::min(text.size(), tag.size() - 1); n > 0; --n) {
    if (absl::EndsWith(text, tag.substr(0, n))) return n;
  }
  return 0;
}

}  // namespace

void ThinkTags::Add(absl::string_view piece, std::string* reasoning,
                    std::string* text) {
  if (state_ == State::kText) {
    absl::StrAppend(text, piece);
    return;
  }
  absl::StrAppend(&held_, piece);
  if (state_ == State::kStart) {
    const absl::string_view start = absl::StripLeadingAsciiWhitespace(held_);
    if (absl::StartsWith(start, kOpen)) {
      held_ = std::string(start.substr(kOpen.size()));
      state_ = State::kThinking;
    } else if (!absl::StartsWith(kOpen, start)) {
      state_ = State::kText;
      absl::StrAppend(text, std::exchange(held_, ""));
      return;
    }
  }
  if (state_ == State::kThinking) {
    const size_t close = held_.find(kClose.data(), 0, kClose.size());
    if (close == held_.npos) {
      const size_t ready = held_.size() - PartialTag(held_, kClose);
      reasoning->append(held_, 0, ready);
      held_.erase(0, ready);
      return;
    }
    reasoning->append(held_, 0, close);
    held_.erase(0, close + kClose.size());
    state_ = State::kAfterThinking;
  }
  if (state_ == State::kAfterThinking) {
    // The empty lines between the two belong to neither.
    const absl::string_view rest = absl::StripLeadingAsciiWhitespace(held_);
    if (rest.empty()) {
      held_.clear();
      return;
    }
    absl::StrAppend(text, rest);
    held_.clear();
    state_ = State::kText;
  }
}

void ThinkTags::Flush(std::string* reasoning, std::string* text) {
  absl::StrAppend(state_ == State::kThinking ? reasoning : text,
                  std::exchange(held_, ""));
}

}  // namespace aigateway

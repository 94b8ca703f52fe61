#include "plugins/pattern_scanner.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

constexpr int64_t kAutomatonBytes = 8 << 20;
constexpr int kMaxGroups = 4;
// What must be known behind a match: the next character decides whether a word
// ends there.
constexpr size_t kBehind = 4;

struct Match {
  size_t begin = 0;
  size_t end = 0;
  size_t group_begin = 0;
  size_t group_end = 0;
};

re2::RE2::Options Options() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kAutomatonBytes);
  return options;
}

// How far a search goes at once, at least, beside its reach.
constexpr size_t kMinStep = 1024;
constexpr size_t kNoBound = absl::string_view::npos;

using Groups = std::array<re2::StringPiece, kMaxGroups>;

// The first match at or after `from`, for which no more than `reach` bytes are
// read behind its beginning, or twice as many as it has.
bool Search(const Pattern& pattern, absl::string_view text, size_t from,
            size_t reach, Groups& groups) {
  const re2::StringPiece piece(text.data(), text.size());
  const auto search = [&](size_t at, size_t end) {
    return pattern.regex->Match(piece, at, end, re2::RE2::UNANCHORED,
                                groups.data(), pattern.group + 1);
  };
  const auto left = [&](size_t at) { return text.size() - at; };
  const size_t step = std::max(kMinStep, reach);
  for (size_t at = from; reach < kNoBound; at += step) {
    size_t end = at + std::min(left(at), step + reach);
    if (at == from && end == text.size()) break;
    while (search(at, end)) {
      if (end == text.size()) return true;
      const auto begin = static_cast<size_t>(groups[0].data() - text.data());
      if (begin >= at + step) break;  // The next step sees more of it.
      if (begin + groups[0].size() < end) return true;
      end = at + std::min(left(at), 2 * (end - at));
    }
    if (left(at) <= step) break;
  }
  // One that is longer than `reach`, if there is none other.
  return search(from, text.size());
}

// The first match that has something in it and counts, at or after `from`.
std::optional<Match> FindFrom(const Pattern& pattern, absl::string_view text,
                              size_t from, size_t reach) {
  Groups groups;
  while (from < text.size() && Search(pattern, text, from, reach, groups)) {
    const re2::StringPiece& group = groups[pattern.group];
    Match match;
    match.begin = static_cast<size_t>(groups[0].data() - text.data());
    match.end = match.begin + groups[0].size();
    match.group_begin = static_cast<size_t>(group.data() - text.data());
    match.group_end = match.group_begin + group.size();
    if (pattern.counted == nullptr) {
      if (match.end > match.begin) return match;
    } else {
      const size_t end =
          pattern.counted(text, match.group_begin, match.group_end);
      if (end > match.group_begin) {
        if (end < match.group_end) match.end = match.group_end = end;
        return match;
      }
    }
    from = pattern.looks_within ? match.begin + 1
                                : std::max(match.end, match.begin + 1);
  }
  return std::nullopt;
}

// A pattern that redacts and its next match.
struct Candidate {
  const Pattern* pattern;
  std::optional<Match> match;
};

Candidate* Leftmost(std::vector<Candidate>& candidates) {
  Candidate* first = nullptr;
  for (Candidate& each : candidates) {
    if (each.match.has_value() &&
        (first == nullptr || each.match->begin < first->match->begin)) {
      first = &each;
    }
  }
  return first;
}

}  // namespace

absl::StatusOr<std::unique_ptr<re2::RE2>> CompilePattern(
    absl::string_view pattern) {
  auto regex = std::make_unique<re2::RE2>(
      re2::StringPiece(pattern.data(), pattern.size()), Options());
  if (!regex->ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("is no regular expression of RE2: ", regex->error()));
  }
  if (re2::RE2::PartialMatch("", *regex)) {
    return absl::InvalidArgumentError(
        "matches the empty text, which is everywhere");
  }
  return regex;
}

PatternScanner::OpenEnd HoldBack(size_t max_match_bytes) {
  return
      [held = max_match_bytes + kBehind](absl::string_view text, size_t begin) {
        if (text.size() - begin <= held) return begin;
        size_t open = text.size() - held;
        // Between two characters.
        while (open > begin &&
               (static_cast<unsigned char>(text[open]) & 0xC0) == 0x80) {
          --open;
        }
        return open;
      };
}

PatternScanner::PatternScanner(std::vector<Pattern> patterns, OpenEnd open_end,
                               size_t reach)
    : patterns_(std::move(patterns)),
      open_end_(std::move(open_end)),
      reach_(reach) {
  auto all = std::make_unique<re2::RE2::Set>(Options(), re2::RE2::UNANCHORED);
  for (const Pattern& pattern : patterns_) {
    if (all->Add(pattern.regex->pattern(), /*error=*/nullptr) < 0) return;
  }
  if (all->Compile()) all_ = std::move(all);
}

std::vector<const Pattern*> PatternScanner::MatchingIn(
    absl::string_view text) const {
  std::vector<const Pattern*> matching;
  if (all_ != nullptr) {
    std::vector<int> found;
    re2::RE2::Set::ErrorInfo error{re2::RE2::Set::kNoError};
    all_->Match(re2::StringPiece(text.data(), text.size()), &found, &error);
    if (error.kind == re2::RE2::Set::kNoError) {
      std::sort(found.begin(), found.end());
      for (const int i : found) matching.push_back(&patterns_[i]);
      return matching;
    }
  }
  // Out of memory: each by itself has more of it.
  for (const Pattern& pattern : patterns_) matching.push_back(&pattern);
  return matching;
}

absl::StatusOr<Scan> PatternScanner::Look(absl::string_view text, size_t begin,
                                          bool complete) const {
  Scan scan;
  scan.settled = complete ? text.size() : open_end_(text, begin);
  std::vector<Candidate> redacting;
  for (const Pattern* pattern : MatchingIn(text)) {
    const std::optional<Match> match =
        FindFrom(*pattern, text, begin, pattern->redacts ? reach_ : kNoBound);
    if (!match.has_value()) continue;
    if (pattern->redacts) {
      redacting.push_back({pattern, match});
    } else if (complete || (match->begin < scan.settled &&
                            match->end + kBehind <= text.size())) {
      return Error(ErrorReason::kGuardrailRejected,
                   absl::StrCat("the text has what is not allowed here (",
                                pattern->name, ")"));
    } else {
      scan.settled = std::min(scan.settled, match->begin);
    }
  }
  while (Candidate* next = Leftmost(redacting)) {
    const Match match = *next->match;
    if (!complete &&
        (match.end > scan.settled || match.end + kBehind > text.size())) {
      scan.settled = std::min(scan.settled, match.begin);
      break;
    }
    scan.findings.push_back(
        {match.group_begin, match.group_end, next->pattern->replacement});
    for (Candidate& each : redacting) {
      if (each.match.has_value() && each.match->begin < match.end) {
        each.match = FindFrom(*each.pattern, text, match.end, reach_);
      }
    }
  }
  return scan;
}

}  // namespace aigateway

#include "plugins/pseudonyms.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "re2/re2.h"

#include "gateway/base/status_macros.h"

namespace aigateway {

void Pseudonyms::Avoid(absl::string_view text) {
  static const auto* const looks_like = new re2::RE2("(<[0-9A-Za-z-]+>)");
  re2::StringPiece rest(text.data(), text.size());
  std::string found;
  while (re2::RE2::FindAndConsume(&rest, *looks_like, &found)) {
    avoided_.insert(absl::AsciiStrToLower(found));
  }
}

std::string Pseudonyms::For(absl::string_view kind, absl::string_view value) {
  std::string& pseudonym = by_value_[{std::string(kind), std::string(value)}];
  if (!pseudonym.empty()) return pseudonym;
  int& count = counts_[std::string(kind)];
  do {
    pseudonym = absl::StrCat("<", kind, "-", ++count, ">");
  } while (avoided_.count(pseudonym) > 0);
  values_.emplace(pseudonym, value);
  longest_ = std::max(longest_, pseudonym.size());
  return pseudonym;
}

const std::string* Pseudonyms::ValueOf(absl::string_view pseudonym) const {
  const auto found = values_.find(absl::AsciiStrToLower(pseudonym));
  return found == values_.end() ? nullptr : &found->second;
}

bool Pseudonyms::HasBeginning(absl::string_view text) const {
  const std::string lower = absl::AsciiStrToLower(text);
  const auto next = values_.lower_bound(lower);
  return next != values_.end() && absl::StartsWith(next->first, lower);
}

absl::StatusOr<Scan> PseudonymScanner::Look(absl::string_view text,
                                            size_t begin, bool complete) const {
  AIGW_ASSIGN_OR_RETURN(Scan scan, finder_.Look(text, begin, complete));
  for (Finding& finding : scan.findings) {
    finding.replacement = pseudonyms_.For(
        finding.replacement,
        text.substr(finding.begin, finding.end - finding.begin));
  }
  return scan;
}

absl::StatusOr<Scan> RestoringScanner::Look(absl::string_view text,
                                            size_t begin, bool complete) const {
  Scan scan;
  scan.settled = text.size();
  for (size_t at = begin; (at = text.find('<', at)) != text.npos; ++at) {
    const absl::string_view rest = text.substr(at, pseudonyms_.longest());
    const size_t last = rest.find('>');
    if (last == rest.npos) {
      if (!complete && at + rest.size() == text.size() &&
          pseudonyms_.HasBeginning(rest)) {
        scan.settled = at;
        return scan;
      }
      continue;
    }
    const std::string* value = pseudonyms_.ValueOf(rest.substr(0, last + 1));
    if (value == nullptr) continue;
    scan.findings.push_back({at, at + last + 1, *value});
    at += last;
  }
  return scan;
}

}  // namespace aigateway

#include "strategies/regex_list.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace aigateway {
namespace {

re2::RE2::Options Quietly() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  return options;
}

}  // namespace

RegexList::RegexList() : all_(Quietly(), re2::RE2::UNANCHORED) {}

absl::StatusOr<int> RegexList::Add(const std::string& pattern) {
  auto regex = std::make_unique<re2::RE2>(pattern, Quietly());
  if (!regex->ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("no regular expression (RE2): ", regex->error()));
  }
  all_.Add(pattern, nullptr);
  each_.push_back(std::move(regex));
  return static_cast<int>(each_.size()) - 1;
}

void RegexList::Compile() { together_ = !each_.empty() && all_.Compile(); }

std::vector<bool> RegexList::Search(absl::string_view text) const {
  std::vector<bool> found(each_.size(), false);
  if (each_.empty()) return found;
  const re2::StringPiece piece(text.data(), text.size());
  std::vector<int> indices;
  re2::RE2::Set::ErrorInfo error{re2::RE2::Set::kNoError};
  if (together_ && all_.Match(piece, &indices, &error)) {
    for (const int index : indices) found[index] = true;
  } else if (!together_ || error.kind != re2::RE2::Set::kNoError) {
    // Together they need more memory than RE2 gives them: one by one.
    for (size_t i = 0; i < each_.size(); ++i) {
      found[i] = re2::RE2::PartialMatch(piece, *each_[i]);
    }
  }
  return found;
}

}  // namespace aigateway

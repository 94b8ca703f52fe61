#include "gateway/config/faults.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"
#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

constexpr size_t kMaxWhatBytes = 400;
constexpr size_t kMaxQuotedBytes = 48;
constexpr size_t kMaxFileBytes = 256;

std::string OneLine(absl::string_view text, size_t max_bytes) {
  std::string line = Truncate(text, max_bytes);
  for (char& c : line) {
    if (absl::ascii_iscntrl(c)) c = ' ';
  }
  return line;
}

}  // namespace

Faults::Faults(absl::string_view file) : file_(OneLine(file, kMaxFileBytes)) {}

void Faults::Add(const FieldPath& path, Place place, absl::string_view what) {
  if (kept_.size() == kMaxKept) {
    ++dropped_;
    return;
  }
  Add(path.ToString(), place, what);
}

void Faults::Add(absl::string_view path, Place place, absl::string_view what) {
  if (kept_.size() == kMaxKept) {
    ++dropped_;
    return;
  }
  kept_.push_back(
      {OneLine(path, kMaxPathBytes), place, OneLine(what, kMaxWhatBytes)});
}

absl::Status Faults::ToStatus() const {
  if (kept_.empty()) return absl::OkStatus();
  // In the order of the text, what has no place last; of equals in the order in
  // which they were added.
  std::vector<const Fault*> faults;
  for (const Fault& fault : kept_) faults.push_back(&fault);
  std::sort(faults.begin(), faults.end(), [](const Fault* a, const Fault* b) {
    return std::tuple(!a->place.known(), a->place, a) <
           std::tuple(!b->place.known(), b->place, b);
  });
  std::vector<FieldViolation> violations;
  for (const Fault* fault : faults) {
    violations.push_back(
        {fault->path, absl::StrCat(Where(fault->place), fault->what)});
  }
  // In the message the path stands beside the place.
  const Fault& first = *faults.front();
  std::string message =
      absl::StrCat(Where(first.place), first.path,
                   first.path.empty() ? "" : ": ", first.what);
  if (size() > 1) {
    absl::StrAppend(&message, " (and ", size() - 1,
                    size() == 2 ? " more fault)" : " more faults)");
  }
  if (dropped_ > 0) {
    violations.push_back(
        {"", absl::StrCat(Where({}), "and ", dropped_, " more faults")});
  }
  absl::Status status = Error(ErrorReason::kInvalidConfig, message,
                              {{"file", file_},
                               {"path", first.path},
                               {"faults", absl::StrCat(size())}});
  SetViolations(status, violations);
  return status;
}

std::string Faults::Where(Place place) const {
  std::string where = file_;
  if (place.known()) {
    absl::StrAppend(&where, where.empty() ? "" : ":", place.line, ":",
                    place.column);
  }
  return where.empty() ? where : where + ": ";
}

bool Faults::Covers(absl::string_view path) const {
  for (const Fault& fault : kept_) {
    if (fault.path.empty() || !absl::StartsWith(path, fault.path)) continue;
    if (path.size() == fault.path.size()) return true;
    const char next = path[fault.path.size()];
    if (next == '.' || next == '[') return true;
  }
  return false;
}

std::string QuoteForMessage(absl::string_view text) {
  return absl::StrCat("'", OneLine(text, kMaxQuotedBytes), "'");
}

}  // namespace aigateway

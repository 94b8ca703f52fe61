#include "gateway/config/check_values.h"

#include <algorithm>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/proto_time.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"

namespace aigateway {

bool CheckName(absl::string_view name, const FieldPath& path,
               FaultReport& report) {
  constexpr size_t kMaxNameBytes = 128;
  if (name.size() > kMaxNameBytes) {
    report.Add(path, absl::StrCat("is too long for a name: at most ",
                                  kMaxNameBytes, " bytes"));
    return false;
  }
  const bool printable = std::all_of(
      name.begin(), name.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  if (!printable || absl::StartsWith(name, " ") || absl::EndsWith(name, " ")) {
    report.Add(path,
               "a name has printable ASCII characters and no space around it");
    return false;
  }
  return true;
}

bool CheckAtLeast(bool is_set, int32_t value, int32_t least,
                  const FieldPath& path, FaultReport& report) {
  if (!is_set || value >= least) return true;
  report.Add(path, absl::StrCat(value, " is too small: at least ", least));
  return false;
}

bool CheckShare(bool is_set, double value, bool zero_too, const FieldPath& path,
                FaultReport& report) {
  // Also false for what is no number.
  const bool fits = (zero_too ? value >= 0 : value > 0) && value <= 1;
  if (!is_set || fits) return true;
  report.Add(path, absl::StrCat("a share is expected, ",
                                zero_too ? "from 0" : "above 0", " to 1, not ",
                                value));
  return false;
}

bool CheckPositive(bool is_set, const google::protobuf::Duration& value,
                   const FieldPath& path, FaultReport& report) {
  if (!is_set || FromProto(value) > absl::ZeroDuration()) return true;
  report.Add(path,
             "a time longer than 0 is expected; leave it out for the "
             "default");
  return false;
}

void CheckNameList(const google::protobuf::RepeatedPtrField<std::string>& names,
                   const FieldPath& path, FaultReport& report) {
  absl::flat_hash_set<absl::string_view> seen;
  for (int i = 0; i < names.size(); ++i) {
    if (names[i].empty()) {
      report.Add(path.Index(i), "is empty: remove it");
    } else if (!seen.insert(names[i]).second) {
      report.Add(path.Index(i), absl::StrCat(QuoteForMessage(names[i]),
                                             " stands in the list twice"));
    }
  }
}

void UniqueNames::Add(absl::string_view name, const FieldPath& path,
                      FaultReport& report) {
  if (name.empty()) return;
  const auto [first, is_new] = first_.emplace(std::string(name), std::string());
  if (is_new) {
    first->second = path.ToString();
    return;
  }
  report.Add(
      path, absl::StrCat("there is a ", what_, " ", QuoteForMessage(name),
                         " already, at ", first->second, ": names are unique"));
}

bool HasVariable(absl::string_view text) {
  return absl::StrContains(text, "${");
}

}  // namespace aigateway

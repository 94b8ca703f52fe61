#include "gateway/config/fault_report.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"
#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/source_map.h"

namespace aigateway {

void FaultReport::Add(const FieldPath& path, absl::string_view what) {
  // Once they are only counted, no work is done for them.
  if (faults_.full()) return faults_.Add("", {}, "");
  Add(path.ToString(), what);
}

void FaultReport::Add(absl::string_view path, absl::string_view what) {
  if (faults_.full()) return faults_.Add("", {}, "");
  if (faults_.Covers(path)) return;
  faults_.Add(path, places_.Find(path), what);
}

void FaultReport::AddStatus(const FieldPath& path, const absl::Status& status) {
  if (status.ok()) return;
  const std::vector<FieldViolation> violations = GetViolations(status);
  if (violations.empty()) return Add(path, status.message());
  for (const FieldViolation& violation : violations) {
    std::string full = path.ToString();
    // A relative path may also begin with an index.
    const bool joined =
        full.empty() || violation.field.empty() || violation.field[0] == '[';
    absl::StrAppend(&full, joined ? "" : ".", violation.field);
    Add(full, violation.description);
  }
}

}  // namespace aigateway

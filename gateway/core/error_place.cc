#include "gateway/core/error_place.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"

namespace aigateway {

absl::Status AtTarget(const absl::Status& status, const Target& target) {
  if (ClassOf(status) == ErrorClass::kCallerGone) return status;
  const std::string http_status = GetErrorMetadata(status, "http_status");
  const bool said =
      http_status.empty() || absl::StrContains(status.message(), http_status);
  absl::Status annotated = WithMessage(
      status,
      absl::StrCat(status.message(), " (target '", target.name(), "'",
                   said ? "" : ", HTTP ", said ? "" : http_status, ")"));
  SetErrorMetadata(annotated, "target", target.name());
  SetErrorMetadata(annotated, "provider", target.instance().type);
  return annotated;
}

int HttpStatusOf(const absl::Status& status) {
  int http_status = 0;
  return absl::SimpleAtoi(GetErrorMetadata(status, "http_status"), &http_status)
             ? http_status
             : 0;
}

}  // namespace aigateway

#include "gateway/server/refusals.h"

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"

namespace aigateway {

absl::Status NotServed(absl::string_view rpc) {
  return Error(ErrorReason::kNotImplemented,
               absl::StrCat("this version does not serve ", rpc),
               {{"rpc", rpc}});
}

absl::Status ShuttingDown() {
  return Error(ErrorReason::kShuttingDown,
               "the gateway is shutting down and takes no new calls: another "
               "replica may answer at once");
}

absl::Status CutShort() {
  return Error(ErrorReason::kShuttingDown,
               "the gateway shut down before the call was over");
}

}  // namespace aigateway

#include "gateway/core/lost_race.h"

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

constexpr char kKey[] = "race";
constexpr char kLost[] = "lost";

}  // namespace

absl::Status LostRace(bool limit_passed) {
  if (limit_passed) {
    return Error(ErrorReason::kAttemptTimeout,
                 "it was silent past its first-token limit, and another target "
                 "answered first",
                 {{kKey, kLost}});
  }
  return Error(ErrorReason::kCancelled,
               "called off: another target decided the request",
               {{kKey, kLost}});
}

bool IsLostRace(const absl::Status& status) {
  return GetErrorMetadata(status, kKey) == kLost;
}

}  // namespace aigateway

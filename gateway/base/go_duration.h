#ifndef AIGATEWAY_GATEWAY_BASE_GO_DURATION_H_
#define AIGATEWAY_GATEWAY_BASE_GO_DURATION_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace aigateway {

// Reads a duration as Go writes it: "1m30s", "500ms", "1.5h", "-2s", "0".
//
// Units are ns, us (µs), ms, s, m and h; a number without one is refused, save
// 0. What is finer than a nanosecond is cut off. Fails with a plain
// InvalidArgument, whose message does not quote `text`, for anything else and
// for what Go's 64-bit nanoseconds (292 years) cannot hold.
absl::StatusOr<absl::Duration> ParseGoDuration(absl::string_view text);

// Writes `duration` as Go does: "1m30s", "500ms", "1h0m0s", "0s". Infinite ones
// and what Go cannot hold are written as the nearest that it can.
std::string FormatGoDuration(absl::Duration duration);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_GO_DURATION_H_

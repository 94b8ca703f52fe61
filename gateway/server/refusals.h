#ifndef AIGATEWAY_GATEWAY_SERVER_REFUSALS_H_
#define AIGATEWAY_GATEWAY_SERVER_REFUSALS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace aigateway {

// What the server itself refuses calls with.

// NOT_IMPLEMENTED: this version does not serve `rpc`.
absl::Status NotServed(absl::string_view rpc);

// SHUTTING_DOWN: the server drains and takes no new calls.
absl::Status ShuttingDown();

// SHUTTING_DOWN: the grace time of the drain ended before the call did.
absl::Status CutShort();

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_REFUSALS_H_

#ifndef AIGATEWAY_GATEWAY_SERVER_GRPC_STATUS_H_
#define AIGATEWAY_GATEWAY_SERVER_GRPC_STATUS_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "grpcpp/support/status.h"

#include "aigateway/v1/route.pb.h"

namespace aigateway {

// A status text is never longer than this, in bytes of UTF-8.
inline constexpr size_t kMaxStatusTextBytes = 4096;

// The most that the status of a call adds to its trailer: its text as it is
// percent-encoded, and its details in base64. Peers take 8 KiB of metadata if
// they are not told otherwise; the rest of that is for the other entries.
inline constexpr size_t kMaxStatusTrailerBytes = 7 * 1024;

// Turns `status` into what gRPC sends: the one place where that happens.
//
// One that is not OK carries a google.rpc.Status in `grpc-status-details-bin`:
// an ErrorInfo always, what else `status` carries (RetryInfo, BadRequest,
// QuotaFailure, ...), and a RouteFailure with the attempts of `route` (may be
// null) if there were any. What is too long is made shorter, texts first, then
// attempts from the oldest on; a text that was cut ends with "…". All strings
// are valid UTF-8.
grpc::Status ToGrpcStatus(const absl::Status& status,
                          const v1::RouteInfo* route = nullptr);

// How many bytes `status` adds to a trailer: see kMaxStatusTrailerBytes.
size_t TrailerBytes(const grpc::Status& status);

// `text` as the value of a metadata entry: gRPC ends the process for a byte
// that HTTP/2 does not allow there. What is no visible ASCII, and '%', is
// percent-encoded; cut to at most `max_bytes`.
std::string MetadataValue(absl::string_view text, size_t max_bytes = 128);

// The value of `grpc-retry-pushback-ms` (gRFC A6) for `status`: how long its
// RetryInfo asks to wait. Empty if it has none.
std::string RetryPushback(const absl::Status& status);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_GRPC_STATUS_H_

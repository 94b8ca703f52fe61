#ifndef AIGATEWAY_GATEWAY_SERVER_CALL_METADATA_H_
#define AIGATEWAY_GATEWAY_SERVER_CALL_METADATA_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "grpcpp/support/string_ref.h"

namespace aigateway {

// What a client sent as metadata, as grpc::ServerContext has it.
using ClientMetadata = std::multimap<grpc::string_ref, grpc::string_ref>;

// All values of `key`, which is lower case, in the order of sending. Views into
// `metadata`.
std::vector<absl::string_view> ValuesOf(const ClientMetadata& metadata,
                                        absl::string_view key);

// The trace that a call belongs to (W3C Trace Context, level 1).
struct TraceContext {
  std::string trace_id;     // 32 lower-case hex digits, not all zero.
  std::string traceparent;  // As received.
  std::string tracestate;   // As received, several joined; may be empty.
};

// Reads a `traceparent` strictly: one that is malformed, of version ff, or
// there more than once is as good as none, and `tracestate` with it. Of a later
// version the part that this one knows is read.
std::optional<TraceContext> ReadTraceContext(const ClientMetadata& metadata);

// The name that the client gave the request, `x-request-id`: 1 to 128 printable
// ASCII characters, not beginning or ending with a space. Empty if there is
// none, more than one, or it is anything else: it goes into logs and headers.
absl::string_view ReadRequestId(const ClientMetadata& metadata);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_CALL_METADATA_H_

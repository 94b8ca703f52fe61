#ifndef AIGATEWAY_GATEWAY_SERVER_LISTEN_ADDRESS_H_
#define AIGATEWAY_GATEWAY_SERVER_LISTEN_ADDRESS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace aigateway {

// Where a server listens.
struct ListenAddress {
  std::string text;       // As gRPC takes it: "127.0.0.1:50051", "unix:/run/a".
  std::string host;       // Without brackets; empty for a Unix socket.
  int port = 0;           // 0: any free one, and for a Unix socket.
  bool loopback = false;  // Whether only this machine reaches it.
};

// Reads "HOST:PORT", "[IPV6]:PORT", ":PORT" (every interface), "unix:PATH" or
// "unix-abstract:NAME". Of host names only "localhost" is loopback: what
// another resolves to is not known. Fails with INVALID_REQUEST, whose message
// says what is wrong, for anything else.
absl::StatusOr<ListenAddress> ParseListenAddress(absl::string_view text);

// Whether a listener named by `flag` may be opened without keys.
// INVALID_REQUEST if it is beyond loopback and neither `has_keys` nor
// `allow_unauthenticated`; the message says the three ways out.
absl::Status CheckExposure(absl::string_view flag, const ListenAddress& address,
                           bool has_keys, bool allow_unauthenticated);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_LISTEN_ADDRESS_H_

#ifndef AIGATEWAY_GATEWAY_STORE_REDIS_ADDRESS_H_
#define AIGATEWAY_GATEWAY_STORE_REDIS_ADDRESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "gateway/base/secret.h"

namespace aigateway {

// Where a Redis listens, as whom it is asked, and for which of its databases.
struct RedisAddress {
  std::string host;  // A name or an IP address; empty: a Unix socket.
  int port = 6379;
  std::string socket_path;  // Of the Unix socket.
  std::string user;         // Empty: Redis's default user.
  Secret password;          // Empty: none is sent.
  int database = 0;
};

// Reads "HOST", "HOST:PORT", "unix:PATH" or
// "redis://[[USER][:PASSWORD]@]HOST[:PORT][/DATABASE]", in which user and
// password are percent-encoded. Fails with a plain InvalidArgument, whose
// message does not quote `text`, for anything else; for "rediss://" too: TLS is
// not spoken.
absl::StatusOr<RedisAddress> ParseRedisAddress(absl::string_view text);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_STORE_REDIS_ADDRESS_H_

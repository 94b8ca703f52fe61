#ifndef AIGATEWAY_GATEWAY_STORE_REDIS_CONNECTION_H_
#define AIGATEWAY_GATEWAY_STORE_REDIS_CONNECTION_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/store/redis_address.h"
#include "gateway/store/redis_reply.h"

struct redisContext;

namespace aigateway {

// A connection to a Redis that has let us in. Belongs to one thread.
//
// Connecting and parsing are hiredis's; its loop of events is not used, since
// it ends the process over a reply that nobody asked for.
class RedisConnection {
 public:
  // Connects, names itself and sees that Redis answers. Blocks: looking up a
  // name for as long as the system does, then for `timeout` at most to connect
  // and as long again to be let in. Fails with a plain Unavailable.
  static absl::StatusOr<std::unique_ptr<RedisConnection>> Open(
      const RedisAddress& address, absl::Duration timeout,
      RedisReplyReader::Limits limits);
  ~RedisConnection();
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;

  // Sends `bytes` behind what waits to be sent, as far as the socket takes it.
  absl::Status Send(absl::string_view bytes);
  // Waits, for `limit` at most, until something has come, what waits can be
  // sent, or `wake_fd` is written to: an eventfd, which it empties; below 0:
  // none. Then sends on what waits and reads a bounded piece of what has come.
  absl::Status Await(absl::Duration limit, int wake_fd = -1);
  // The next reply of what was read; nullopt: none is whole.
  absl::StatusOr<std::optional<RedisReply>> Next() { return reader_.Next(); }

 private:
  using Context = std::unique_ptr<redisContext, void (*)(redisContext*)>;

  RedisConnection(Context context, RedisReplyReader::Limits limits);
  // Reads what has come.
  absl::Status Receive();
  // Sends `bytes` and waits for so many replies, none of them an error. The
  // first tells of a password if it `logs_in`.
  absl::Status Introduce(absl::string_view bytes, int replies, bool logs_in,
                         absl::Duration timeout);

  const Context context_;  // Connected.
  RedisReplyReader reader_;
  std::string unsent_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_STORE_REDIS_CONNECTION_H_

#ifndef AIGATEWAY_GATEWAY_STORE_REDIS_REPLY_H_
#define AIGATEWAY_GATEWAY_STORE_REDIS_REPLY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct redisReader;

namespace aigateway {

// What a Redis answered to one command.
struct RedisReply {
  enum class Kind { kNil, kText, kInteger, kList, kError };

  Kind kind = Kind::kNil;
  std::string text;               // Of kText and kError; any bytes.
  int64_t integer = 0;            // Of kInteger.
  std::vector<RedisReply> items;  // Of kList.
};

// Reads replies from the bytes of a connection, cut anywhere (RESP2). They are
// believed in nothing: one with more bytes or items than the bounds, or that
// breaks the protocol, is an error, and after it nothing more can be read.
class RedisReplyReader {
 public:
  struct Limits {
    size_t max_bytes = size_t{4} << 20;  // Of one reply as it is sent.
    size_t max_items = 4096;             // In all its lists together.
  };

  explicit RedisReplyReader(Limits limits);
  ~RedisReplyReader();
  RedisReplyReader(const RedisReplyReader&) = delete;
  RedisReplyReader& operator=(const RedisReplyReader&) = delete;

  void Feed(absl::string_view bytes);
  // The next reply; nullopt: it has not come whole. Fails with a plain
  // FailedPrecondition.
  absl::StatusOr<std::optional<RedisReply>> Next();

 private:
  // What hiredis calls as it reads.
  struct Makers;

  const Limits limits_;
  std::unique_ptr<redisReader, void (*)(redisReader*)> reader_;
  size_t fed_ = 0;    // Bytes since the last whole reply.
  size_t items_ = 0;  // Of the reply that is being read.
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_STORE_REDIS_REPLY_H_

#ifndef AIGATEWAY_PLUGINS_REDIS_PLACE_H_
#define AIGATEWAY_PLUGINS_REDIS_PLACE_H_

#include <optional>
#include <string>
#include <vector>

#include "aigateway/config/v1/plugins.pb.h"
#include "gateway/base/errors.h"
#include "gateway/store/redis_client.h"
#include "gateway/store/redis_reply.h"

namespace aigateway {

// Where a plugin keeps what it shares with other gateways.
struct RedisPlace {
  RedisClient::Options client;
  std::string prefix;  // Of all keys.
};

// Reads `redis` of a plugin whose `backend` is Redis; nullopt: it is not. What
// is wrong is added to `faults`. `replies` bounds what is read from it.
std::optional<RedisPlace> ReadRedis(config::v1::StoreBackend backend,
                                    bool has_redis,
                                    const config::v1::RedisStore& redis,
                                    RedisReplyReader::Limits replies,
                                    std::vector<FieldViolation>& faults);

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_REDIS_PLACE_H_

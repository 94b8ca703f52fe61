#include "plugins/redis_place.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "gateway/base/proto_time.h"
#include "gateway/base/secret.h"
#include "gateway/store/redis_address.h"

namespace aigateway {
namespace {

constexpr absl::Duration kLeastTimeout = absl::Milliseconds(1);
constexpr absl::Duration kMostTimeout = absl::Seconds(1);
constexpr size_t kMaxPrefixBytes = 64;
constexpr char kPrefix[] = "aigateway:";

}  // namespace

std::optional<RedisPlace> ReadRedis(config::v1::StoreBackend backend,
                                    bool has_redis,
                                    const config::v1::RedisStore& redis,
                                    RedisReplyReader::Limits replies,
                                    std::vector<FieldViolation>& faults) {
  if (backend != config::v1::STORE_BACKEND_REDIS) {
    if (has_redis) {
      faults.push_back({"redis", "belongs to `backend: redis`"});
    }
    return std::nullopt;
  }
  RedisPlace place;
  RedisClient::Options& client = place.client;
  client.replies = replies;
  if (redis.address().empty()) {
    faults.push_back({"redis.address", "is missing: say where Redis listens"});
  } else {
    absl::StatusOr<RedisAddress> address = ParseRedisAddress(redis.address());
    if (address.ok()) {
      client.address = *std::move(address);
    } else {
      faults.push_back(
          {"redis.address", std::string(address.status().message())});
    }
  }
  if (!redis.user().empty()) client.address.user = redis.user();
  if (!redis.password().empty()) {
    client.address.password = Secret(redis.password());
  }
  if (!client.address.user.empty() && client.address.password.empty()) {
    faults.push_back({"redis.password", "is missing: a user has one"});
  }
  if (redis.has_database()) {
    client.address.database = redis.database();
    if (redis.database() < 0) {
      faults.push_back({"redis.database", "must not be below 0"});
    }
  }
  if (redis.has_timeout()) {
    client.timeout = FromProto(redis.timeout());
    if (client.timeout < kLeastTimeout || client.timeout > kMostTimeout) {
      faults.push_back({"redis.timeout", "must be from 1ms to 1s"});
    }
  }
  place.prefix = redis.has_prefix() ? redis.prefix() : kPrefix;
  if (place.prefix.size() > kMaxPrefixBytes) {
    faults.push_back({"redis.prefix", "is longer than 64 bytes"});
  }
  return place;
}

}  // namespace aigateway

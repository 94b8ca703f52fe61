#ifndef AIGATEWAY_PLUGINS_REDIS_LIMIT_SCRIPT_H_
#define AIGATEWAY_PLUGINS_REDIS_LIMIT_SCRIPT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "gateway/store/redis_command.h"
#include "plugins/limit_rule.h"

namespace aigateway {

// What one of those that a limit binds has used of it, in Redis: three keys,
// which go by themselves when all of it has come back.
struct RedisLimitKey {
  const LimitRule* rule;
  std::string name;  // What the names of the keys begin with.
};

// The steps of a limit that several gateways share. Each is one script, and so
// atomic: no other gateway comes in between.
//
// A window is counted in 64 slices; a use leaves when the whole of its slice is
// as old as the window is long: up to a 64th late, never early. What a request
// holds is a lease with an end, by which it comes back if nobody says what
// became of it: what it reserved of tokens, and that it runs. `now` is the time
// to count by; nullopt: Redis's own, which is the same for all gateways.

// Takes one request of `tokens` for all `keys` or, if one has no room, for
// none. Answers 0, or 1 and then for each that has none its place and the
// microseconds to wait: -1 for ever, -2 nobody knows.
RedisCommand TakeLimits(const std::vector<RedisLimitKey>& keys,
                        std::optional<absl::Time> now, const std::string& lease,
                        absl::Duration length, int64_t tokens);

// The lease ends `length` from now, unless it has ended.
RedisCommand RenewLimits(const std::vector<RedisLimitKey>& keys,
                         std::optional<absl::Time> now,
                         const std::string& lease, absl::Duration length);

// The lease ends: the request used `tokens`; nullopt: as many as it reserved.
// Without effect on one that has ended.
RedisCommand SettleLimits(const std::vector<RedisLimitKey>& keys,
                          const std::string& lease,
                          std::optional<int64_t> tokens);

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_REDIS_LIMIT_SCRIPT_H_

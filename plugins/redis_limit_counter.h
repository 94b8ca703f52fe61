#ifndef AIGATEWAY_PLUGINS_REDIS_LIMIT_COUNTER_H_
#define AIGATEWAY_PLUGINS_REDIS_LIMIT_COUNTER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/clock.h"
#include "gateway/store/redis_client.h"
#include "plugins/limit_counter.h"
#include "plugins/limit_rule.h"
#include "plugins/redis_limit_script.h"

namespace aigateway {

// Counts in a Redis that several gateways share. Fails while it is away.
//
// What a request holds is a lease there: until the request's deadline and 10 s
// more, for a minute at a time, renewed as long as the request runs. So a
// gateway that dies, or loses its Redis, leaves nothing held after that. Keys
// have digests in their names: nobody reads there who was counted.
class RedisLimitCounter final : public LimitCounter {
 public:
  struct Options {
    std::string prefix;  // Of every key.
    // The time to count by, for tests; null: Redis's own, the same for all
    // gateways. Must outlive the counter.
    const Clock* clock = nullptr;
  };

  // Gateways share a limit that has the same name, windows and `by`, whatever
  // its amounts are.
  RedisLimitCounter(std::vector<LimitRule> rules,
                    std::unique_ptr<RedisClient> client, Options options);

  Task<absl::StatusOr<Outcome>> Take(const Env& env, Scope& scope,
                                     const LimitUse& use) override;

 private:
  class Hold;

  std::optional<absl::Time> Now() const;
  std::string KeyName(const LimitClaim& claim) const;

  const std::vector<LimitRule> rules_;
  const std::vector<std::string> names_;  // Of the rules, in keys.
  const std::unique_ptr<RedisClient> client_;
  const Options options_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_REDIS_LIMIT_COUNTER_H_

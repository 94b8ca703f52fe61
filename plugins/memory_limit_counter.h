#ifndef AIGATEWAY_PLUGINS_MEMORY_LIMIT_COUNTER_H_
#define AIGATEWAY_PLUGINS_MEMORY_LIMIT_COUNTER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "plugins/limit_counter.h"
#include "plugins/limit_rule.h"
#include "plugins/limit_table.h"

namespace aigateway {

// Counts in the memory of this process. Never waits.
class MemoryLimitCounter final : public LimitCounter {
 public:
  // `max_keys`: how many of those that it binds each limit tells apart.
  MemoryLimitCounter(std::vector<LimitRule> rules, size_t max_keys);

  Task<absl::StatusOr<Outcome>> Take(const Env& env, Scope& scope,
                                     const LimitUse& use) override;

 private:
  class Hold;

  const std::vector<LimitRule> rules_;
  const std::vector<std::unique_ptr<LimitTable>> tables_;  // As the rules.
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_MEMORY_LIMIT_COUNTER_H_

#ifndef AIGATEWAY_PLUGINS_LIMIT_COUNTER_H_
#define AIGATEWAY_PLUGINS_LIMIT_COUNTER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "gateway/base/env.h"
#include "gateway/base/scope.h"
#include "gateway/base/task.h"

namespace aigateway {

// One limit that binds a request, and for whom it counts.
struct LimitClaim {
  size_t limit = 0;  // Its place among the rules.
  absl::string_view key;
};

// What a request asks of limits.
struct LimitUse {
  absl::Span<const LimitClaim> claims;  // Valid until it was counted.
  int64_t tokens = 0;
  // When the request ends at the latest.
  absl::Time deadline = absl::InfiniteFuture();
};

// What a request holds of limits. Destroyed, it ends what counts while the
// request runs. Belongs to one loop; must not outlive its counter.
class LimitHold {
 public:
  virtual ~LimitHold() = default;

  // The request used `tokens` in place of what it reserved. Does not wait. One
  // whose reservation has come back by itself, since its window passed, stays
  // as it was counted.
  virtual void Settle(int64_t tokens) = 0;
};

// Why a request is not let in.
struct LimitRefusal {
  // Those that have no room; first the one to wait for longest.
  std::vector<size_t> limits;
  // Until all of them have, as things stand; infinite: never. Not set: nobody
  // knows, since it depends on requests that are under way.
  std::optional<absl::Duration> wait;
};

// Adds what `limit` says. A wait that nobody knows is none to be told, but
// where another is known it is told: before that there is no room at all.
inline void AddRefusal(size_t limit, std::optional<absl::Duration> wait,
                       LimitRefusal& refusal) {
  const bool is_longest =
      wait.has_value() && (!refusal.wait.has_value() || *wait > *refusal.wait);
  if (is_longest) refusal.wait = wait;
  refusal.limits.insert(
      is_longest ? refusal.limits.begin() : refusal.limits.end(), limit);
}

// Where what is used of limits is counted: in the memory of this process, or in
// a store that several share. Thread-safe.
class LimitCounter {
 public:
  // Null: the request holds nothing that could be given back.
  using Outcome = std::variant<std::unique_ptr<LimitHold>, LimitRefusal>;

  virtual ~LimitCounter() = default;

  // Counts a request against all its claims or, if one of them has no room,
  // against none. Fails only if the store does.
  virtual Task<absl::StatusOr<Outcome>> Take(const Env& env, Scope& scope,
                                             const LimitUse& use) = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_LIMIT_COUNTER_H_

#include "plugins/memory_limit_counter.h"

#include <optional>
#include <utility>

#include "absl/container/inlined_vector.h"

#include "gateway/base/clock.h"

namespace aigateway {
namespace {

using Leases = absl::InlinedVector<LimitTable::Lease, 2>;

std::vector<std::unique_ptr<LimitTable>> TablesOf(
    const std::vector<LimitRule>& rules, size_t max_keys) {
  std::vector<std::unique_ptr<LimitTable>> tables;
  for (const LimitRule& rule : rules) {
    tables.push_back(std::make_unique<LimitTable>(rule, max_keys));
  }
  return tables;
}

}  // namespace

class MemoryLimitCounter::Hold final : public LimitHold {
 public:
  explicit Hold(Leases leases) : leases_(std::move(leases)) {}

  void Settle(int64_t tokens) override {
    for (LimitTable::Lease& lease : leases_) lease.Settle(tokens);
  }

 private:
  Leases leases_;
};

MemoryLimitCounter::MemoryLimitCounter(std::vector<LimitRule> rules,
                                       size_t max_keys)
    : rules_(std::move(rules)), tables_(TablesOf(rules_, max_keys)) {}

Task<absl::StatusOr<LimitCounter::Outcome>> MemoryLimitCounter::Take(
    const Env& env, Scope& scope, const LimitUse& use) {
  const absl::Time now = env.clock->Now();
  Leases leases;
  LimitRefusal refusal;
  bool holds = false;
  for (const LimitClaim& claim : use.claims) {
    const LimitRule& rule = rules_[claim.limit];
    holds = holds || rule.concurrent > 0 || rule.counts_tokens();
    LimitTable& table = *tables_[claim.limit];
    LimitTable::Wait wait;
    if (!refusal.limits.empty()) {
      // Refused already: how long all of them ask to wait.
      if (!table.HasRoom(claim.key, use.tokens, now, &wait)) {
        AddRefusal(claim.limit, wait, refusal);
      }
      continue;
    }
    std::optional<LimitTable::Lease> lease =
        table.Take(claim.key, use.tokens, now, &wait);
    if (lease.has_value()) {
      leases.push_back(*std::move(lease));
    } else {
      AddRefusal(claim.limit, wait, refusal);
    }
  }
  if (!refusal.limits.empty()) {
    for (LimitTable::Lease& lease : leases) lease.Undo();
    co_return Outcome(std::move(refusal));
  }
  if (!holds) co_return Outcome(std::unique_ptr<LimitHold>());
  co_return Outcome(
      std::unique_ptr<LimitHold>(std::make_unique<Hold>(std::move(leases))));
}

}  // namespace aigateway

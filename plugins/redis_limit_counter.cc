#include "plugins/redis_limit_counter.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "gateway/base/random.h"
#include "gateway/base/sha256.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/timers.h"
#include "gateway/store/redis_command.h"
#include "gateway/store/redis_reply.h"

namespace aigateway {
namespace {

// How long a lease lasts beyond the request's deadline, and how long of what
// comes before it is asked for at a time.
constexpr absl::Duration kGrace = absl::Seconds(10);
constexpr absl::Duration kLongest = absl::Minutes(1);
constexpr size_t kDigestLetters = 32;

std::string ShortDigest(absl::string_view text) {
  return HexSha256(text).substr(0, kDigestLetters);
}

std::vector<std::string> NamesOf(const std::vector<LimitRule>& rules,
                                 const std::string& prefix) {
  std::vector<std::string> names;
  for (const LimitRule& rule : rules) {
    std::string shape = absl::StrCat(rule.name, "\n", static_cast<int>(rule.by),
                                     "\n", rule.metadata);
    for (const LimitRule::Window& window : rule.windows) {
      absl::StrAppend(&shape, "\n", window.tokens, " ",
                      absl::ToInt64Seconds(window.limit.length));
    }
    names.push_back(absl::StrCat(prefix, "limit:", ShortDigest(shape), ":"));
  }
  return names;
}

absl::Duration LeaseLength(absl::Time deadline, absl::Time now) {
  return kGrace + std::clamp(deadline - now, absl::ZeroDuration(), kLongest);
}

absl::Status Strange() {
  return absl::FailedPreconditionError(
      "Redis said something else than a limit");
}

}  // namespace

class RedisLimitCounter::Hold final : public LimitHold {
 public:
  // All must outlive this object.
  Hold(RedisLimitCounter& counter, Timers& timers, absl::Time deadline,
       std::vector<RedisLimitKey> keys, std::string lease)
      : counter_(counter),
        timers_(timers),
        deadline_(deadline),
        keys_(std::move(keys)),
        lease_(std::move(lease)) {}
  // Where nothing can be sent now, the lease ends by itself.
  ~Hold() override {
    if (ended_) return;
    (void)counter_.client_->Tell(SettleLimits(keys_, lease_, tokens_));
  }

  void Settle(int64_t tokens) override { tokens_ = tokens; }

  const std::vector<RedisLimitKey>& keys() const { return keys_; }
  const std::string& lease() const { return lease_; }
  absl::Duration length() const {
    return LeaseLength(deadline_, timers_.Now());
  }
  // It was given: it is renewed from now on, and counts as it was reserved
  // unless it is settled.
  void Begin() {
    tokens_.reset();
    RenewLater();
  }
  // It was not given.
  void Forget() { ended_ = true; }

 private:
  void RenewLater() {
    renewal_ = timers_.After(length() / 2, [this] {
      (void)counter_.client_->Tell(
          RenewLimits(keys_, counter_.Now(), lease_, length()));
      RenewLater();
    });
  }

  RedisLimitCounter& counter_;
  Timers& timers_;
  const absl::Time deadline_;
  const std::vector<RedisLimitKey> keys_;
  const std::string lease_;
  // What is said of it at its end; not set: as reserved. Until it is known
  // whether it was given, nothing.
  std::optional<int64_t> tokens_ = 0;
  bool ended_ = false;
  Timers::Handle renewal_;
};

RedisLimitCounter::RedisLimitCounter(std::vector<LimitRule> rules,
                                     std::unique_ptr<RedisClient> client,
                                     Options options)
    : rules_(std::move(rules)),
      names_(NamesOf(rules_, options.prefix)),
      client_(std::move(client)),
      options_(std::move(options)) {}

std::optional<absl::Time> RedisLimitCounter::Now() const {
  if (options_.clock == nullptr) return std::nullopt;
  return options_.clock->Now();
}

std::string RedisLimitCounter::KeyName(const LimitClaim& claim) const {
  return names_[claim.limit] + ShortDigest(claim.key);
}

Task<absl::StatusOr<LimitCounter::Outcome>> RedisLimitCounter::Take(
    const Env& env, Scope& scope, const LimitUse& use) {
  if (use.claims.empty()) co_return Outcome(std::unique_ptr<LimitHold>());
  bool holds = false;
  std::vector<RedisLimitKey> keys;
  for (const LimitClaim& claim : use.claims) {
    const LimitRule& rule = rules_[claim.limit];
    holds = holds || rule.concurrent > 0 || rule.counts_tokens();
    keys.push_back({.rule = &rule, .name = KeyName(claim)});
  }
  // Whoever leaves before the reply has come gives back what it may have got.
  auto hold = std::make_unique<Hold>(
      *this, *env.timers, use.deadline, std::move(keys),
      absl::StrFormat("%016x%016x", env.random->Next(), env.random->Next()));
  if (!holds) hold->Forget();
  RedisCommand command = TakeLimits(hold->keys(), Now(), hold->lease(),
                                    hold->length(), use.tokens);
  AIGW_CO_ASSIGN_OR_RETURN(
      const RedisReply reply,
      co_await client_->Call(std::move(command), env, scope));
  // 0, or 1 and pairs of a place and a wait.
  const std::vector<RedisReply>& items = reply.items;
  if (items.size() % 2 == 0 ||
      std::any_of(items.begin(), items.end(), [](const RedisReply& item) {
        return item.kind != RedisReply::Kind::kInteger;
      })) {
    co_return Strange();
  }
  if (items.size() == 1) {
    if (items[0].integer != 0) co_return Strange();
    if (!holds) co_return Outcome(std::unique_ptr<LimitHold>());
    hold->Begin();
    co_return Outcome(std::unique_ptr<LimitHold>(std::move(hold)));
  }
  hold->Forget();
  LimitRefusal refusal;
  for (size_t i = 1; i + 1 < items.size(); i += 2) {
    const int64_t place = items[i].integer;
    if (place < 0 || place >= static_cast<int64_t>(use.claims.size())) {
      co_return Strange();
    }
    const int64_t wait = items[i + 1].integer;
    std::optional<absl::Duration> known;
    if (wait >= 0) known = absl::Microseconds(wait);
    if (wait == -1) known = absl::InfiniteDuration();
    AddRefusal(use.claims[static_cast<size_t>(place)].limit, known, refusal);
  }
  co_return Outcome(std::move(refusal));
}

}  // namespace aigateway

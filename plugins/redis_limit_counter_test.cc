#include "plugins/redis_limit_counter.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/random.h"
#include "gateway/base/scope.h"
#include "gateway/net/event_loop.h"
#include "gateway/store/redis_address.h"
#include "gateway/store/redis_client.h"
#include "plugins/limit_counter.h"
#include "plugins/limit_rule.h"
#include "tests/fakes/fake_timers.h"
#include "tests/fakes/redis_server.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::Eq;
using testing::HasSubstr;
using testing::Not;
using testing::Optional;
using Claims = std::vector<LimitClaim>;
using Taken = absl::StatusOr<LimitCounter::Outcome>;

// Of real time, for a machine that has much else to do; nobody waits for it.
constexpr absl::Duration kPatience = absl::Seconds(30);
constexpr absl::Duration kSlice = absl::Microseconds(937500);

// The rules of all tests, by their places.
enum Rule : size_t {
  kRequests,  // 3 a minute.
  kTokens,    // 1000 a minute.
  kAtOnce,    // 1.
  kBucket,    // 10 a second, 3 at once.
  kPlenty,    // A request that always passes.
};

std::vector<LimitRule> Rules() {
  std::vector<LimitRule> rules(5);
  rules[kRequests].windows.push_back(
      {.limit = {.amount = 3, .length = absl::Minutes(1)}});
  rules[kTokens].windows.push_back(
      {.tokens = true, .limit = {.amount = 1000, .length = absl::Minutes(1)}});
  rules[kAtOnce].concurrent = 1;
  rules[kBucket].bucket = RequestBucket::Limit::Make(10, absl::Seconds(1), 3);
  rules[kPlenty].windows.push_back(
      {.limit = {.amount = 1000000, .length = absl::Hours(24)}});
  for (size_t i = 0; i < rules.size(); ++i) rules[i].name = absl::StrCat(i);
  return rules;
}

class RedisLimitCounterTest : public testing::Test {
 protected:
  RedisLimitCounterTest() : loop_(*EventLoop::Create({})) {
    env_ = {.loop = loop_.get(),
            .clock = &timers_,
            .timers = &timers_,
            .random = &random_};
    a_ = NewGateway();
    b_ = NewGateway();
    // Redis learns each script at its first use, which then comes behind what
    // was sent after it.
    HoldOf(Take(*a_, {{kAtOnce, ""}})).reset();
    for (int i = 0; i < 2; ++i) Await(*a_);
    server_.Ask({"FLUSHALL"});
  }
  ~RedisLimitCounterTest() override {
    EXPECT_TRUE(
        loop_->RunUntil([&] { return loop_->roots() == 0; }, kPatience));
  }

  std::unique_ptr<RedisLimitCounter> NewGateway(
      absl::Duration timeout = kPatience) {
    RedisClient::Options options;
    options.address = *ParseRedisAddress(server_.address());
    options.timeout = timeout;
    options.first_pause = absl::Milliseconds(1);
    return std::make_unique<RedisLimitCounter>(
        Rules(), std::make_unique<RedisClient>(std::move(options)),
        RedisLimitCounter::Options{.prefix = "test:", .clock = &timers_});
  }

  // `claims` must outlive the call.
  void Begin(RedisLimitCounter& counter, const Claims& claims, int64_t tokens,
             absl::Time deadline, std::optional<Taken>* taken) {
    loop_->Spawn(Store(
        counter, env_, scope_,
        {.claims = claims, .tokens = tokens, .deadline = deadline}, taken));
  }
  Taken Await(std::optional<Taken>& taken) {
    EXPECT_TRUE(
        loop_->RunUntil([&] { return taken.has_value(); }, 2 * kPatience));
    return *std::move(taken);
  }
  Taken Take(RedisLimitCounter& counter, const Claims& claims,
             int64_t tokens = 0, absl::Time deadline = absl::InfiniteFuture()) {
    std::optional<Taken> taken;
    Begin(counter, claims, tokens, deadline, &taken);
    return Await(taken);
  }
  std::unique_ptr<LimitHold> HoldOf(Taken taken) {
    EXPECT_THAT(taken, IsOk());
    if (!taken.ok() ||
        !std::holds_alternative<std::unique_ptr<LimitHold>>(*taken)) {
      ADD_FAILURE() << "refused";
      return nullptr;
    }
    return std::get<std::unique_ptr<LimitHold>>(*std::move(taken));
  }
  std::optional<LimitRefusal> RefusalOf(Taken taken) {
    EXPECT_THAT(taken, IsOk());
    if (!taken.ok() || !std::holds_alternative<LimitRefusal>(*taken)) {
      return std::nullopt;
    }
    return std::get<LimitRefusal>(*taken);
  }
  // What was told Redis before has come to pass.
  void Await(RedisLimitCounter& counter) {
    EXPECT_THAT(Take(counter, {{kPlenty, ""}}), IsOk());
  }
  // How many tokens are used of the limit, by what still fits.
  int64_t TokensUsed(RedisLimitCounter& counter) {
    int64_t least = 0;
    int64_t most = 1000;
    while (least < most) {
      const int64_t middle = (least + most + 1) / 2;
      Taken taken = Take(counter, {{kTokens, ""}}, middle);
      if (std::holds_alternative<LimitRefusal>(*taken)) {
        most = middle - 1;
      } else {
        HoldOf(std::move(taken))->Settle(0);
        least = middle;
      }
    }
    return 1000 - least;
  }

  static Task<void> Store(RedisLimitCounter& counter, Env env, Scope& scope,
                          LimitUse use, std::optional<Taken>* taken) {
    taken->emplace(co_await counter.Take(env, scope, use));
  }

  RedisServer server_;
  std::unique_ptr<EventLoop> loop_;
  FakeTimers timers_;  // The clock of Redis, too.
  Random random_{1};
  Env env_;
  Scope scope_;
  std::unique_ptr<RedisLimitCounter> a_;
  std::unique_ptr<RedisLimitCounter> b_;
};

TEST_F(RedisLimitCounterTest, CountsForAllGatewaysTogetherAndEachKeyAlone) {
  EXPECT_EQ(HoldOf(Take(*a_, {{kRequests, "k"}})), nullptr);
  EXPECT_EQ(HoldOf(Take(*b_, {{kRequests, "k"}})), nullptr);
  EXPECT_EQ(HoldOf(Take(*a_, {{kRequests, "k"}})), nullptr);
  for (const auto& gateway : {a_.get(), b_.get()}) {
    const std::optional<LimitRefusal> refusal =
        RefusalOf(Take(*gateway, {{kRequests, "k"}}));
    ASSERT_TRUE(refusal.has_value());
    EXPECT_THAT(refusal->limits, ElementsAre(kRequests));
    ASSERT_TRUE(refusal->wait.has_value());
    EXPECT_GE(*refusal->wait, absl::Minutes(1));
    EXPECT_LE(*refusal->wait, absl::Minutes(1) + kSlice);
  }
  EXPECT_FALSE(RefusalOf(Take(*a_, {{kRequests, "other"}})).has_value());
}

TEST_F(RedisLimitCounterTest, LetsInAgainAfterTheWaitThatItTold) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(RefusalOf(Take(*a_, {{kRequests, ""}})).has_value());
    timers_.Advance(absl::Seconds(7));
  }
  const absl::Duration wait = *RefusalOf(Take(*a_, {{kRequests, ""}}))->wait;
  timers_.Advance(wait - absl::Microseconds(1));
  EXPECT_TRUE(RefusalOf(Take(*a_, {{kRequests, ""}})).has_value());
  timers_.Advance(absl::Microseconds(1));
  EXPECT_FALSE(RefusalOf(Take(*a_, {{kRequests, ""}})).has_value());
  EXPECT_TRUE(RefusalOf(Take(*a_, {{kRequests, ""}})).has_value());
}

TEST_F(RedisLimitCounterTest, NeverLetsInMoreThanTheLimitInAnySpan) {
  std::vector<std::pair<absl::Time, int64_t>> uses;
  for (int i = 0; i < 400; ++i) {
    timers_.Advance(absl::Milliseconds(1 + random_.Next() % 2500));
    const auto tokens = static_cast<int64_t>(1 + random_.Next() % 200);
    Taken taken = Take(i % 2 == 0 ? *a_ : *b_, {{kTokens, ""}}, tokens);
    ASSERT_THAT(taken, IsOk());
    if (std::holds_alternative<LimitRefusal>(*taken)) continue;
    uses.emplace_back(timers_.Now(), tokens);
  }
  int64_t fullest = 0;
  for (const auto& [end, last] : uses) {
    int64_t sum = 0;
    for (const auto& [time, tokens] : uses) {
      if (time <= end && time > end - absl::Minutes(1)) sum += tokens;
    }
    EXPECT_LE(sum, 1000);
    fullest = std::max(fullest, sum);
  }
  EXPECT_GE(fullest, 900);
}

TEST_F(RedisLimitCounterTest, TakesFromAllOrFromNone) {
  const Claims claims = {{kRequests, ""}, {kTokens, ""}, {kBucket, "k"}};
  EXPECT_NE(HoldOf(Take(*a_, claims, 400)), nullptr);
  for (int i = 0; i < 5; ++i) {
    const std::optional<LimitRefusal> refusal =
        RefusalOf(Take(*a_, claims, 601));
    ASSERT_TRUE(refusal.has_value());
    EXPECT_THAT(refusal->limits, ElementsAre(kTokens));
  }
  EXPECT_NE(HoldOf(Take(*a_, claims, 300)), nullptr);
  EXPECT_NE(HoldOf(Take(*a_, claims, 300)), nullptr);
  const std::optional<LimitRefusal> all = RefusalOf(Take(*a_, claims, 1001));
  ASSERT_TRUE(all.has_value());
  EXPECT_EQ(all->limits.size(), 3u);
  EXPECT_EQ(all->limits[0], kTokens);
  EXPECT_EQ(all->wait, absl::InfiniteDuration());
}

TEST_F(RedisLimitCounterTest, RefillsABucketEvenly) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(RefusalOf(Take(*a_, {{kBucket, ""}})).has_value());
  }
  EXPECT_THAT(RefusalOf(Take(*b_, {{kBucket, ""}}))->wait,
              Optional(Eq(absl::Milliseconds(100))));
  timers_.Advance(absl::Milliseconds(99));
  EXPECT_TRUE(RefusalOf(Take(*b_, {{kBucket, ""}})).has_value());
  timers_.Advance(absl::Milliseconds(1));
  EXPECT_FALSE(RefusalOf(Take(*b_, {{kBucket, ""}})).has_value());
  EXPECT_TRUE(RefusalOf(Take(*b_, {{kBucket, ""}})).has_value());
}

TEST_F(RedisLimitCounterTest, SettlesWhatWasReserved) {
  {
    const auto hold = HoldOf(Take(*a_, {{kTokens, ""}}, 1000));
    EXPECT_TRUE(RefusalOf(Take(*b_, {{kTokens, ""}}, 1)).has_value());
    hold->Settle(300);
  }
  Await(*a_);
  EXPECT_EQ(TokensUsed(*b_), 300);
  // More than was reserved.
  HoldOf(Take(*a_, {{kTokens, ""}}, 100))->Settle(200);
  EXPECT_EQ(TokensUsed(*a_), 500);
  // And nobody said.
  HoldOf(Take(*a_, {{kTokens, ""}}, 100)).reset();
  EXPECT_EQ(TokensUsed(*a_), 600);
  timers_.Advance(absl::Minutes(1) + kSlice);
  EXPECT_EQ(TokensUsed(*a_), 0);
}

TEST_F(RedisLimitCounterTest, BoundsHowManyAreUnderWay) {
  const auto hold = HoldOf(Take(*a_, {{kAtOnce, "k"}}));
  const std::optional<LimitRefusal> refusal =
      RefusalOf(Take(*b_, {{kAtOnce, "k"}}));
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->wait, std::nullopt);
  HoldOf(Take(*b_, {{kAtOnce, "other"}})).reset();
  HoldOf(Take(*b_, {{kAtOnce, "other"}})).reset();
}

TEST_F(RedisLimitCounterTest, EndsTheLeaseOfAGatewayThatDied) {
  const Claims claims = {{kTokens, ""}, {kAtOnce, ""}};
  // Nothing moves there any more, and it says nothing.
  FakeTimers stopped;
  env_.timers = &stopped;
  const auto dead =
      HoldOf(Take(*a_, claims, 900, stopped.Now() + absl::Seconds(5)));
  env_.timers = &timers_;
  EXPECT_TRUE(RefusalOf(Take(*b_, claims, 101)).has_value());
  timers_.Advance(absl::Seconds(15) - absl::Microseconds(1));
  EXPECT_TRUE(RefusalOf(Take(*b_, claims, 101)).has_value());
  timers_.Advance(absl::Microseconds(1));
  EXPECT_NE(HoldOf(Take(*b_, claims, 1000)), nullptr);
}

TEST_F(RedisLimitCounterTest, RenewsTheLeaseOfARequestThatGoesOn) {
  const auto hold = HoldOf(Take(*a_, {{kAtOnce, ""}}));
  for (int i = 0; i < 60; ++i) {
    timers_.Advance(absl::Seconds(10));
    Await(*a_);
    EXPECT_TRUE(RefusalOf(Take(*b_, {{kAtOnce, ""}})).has_value()) << i;
  }
}

TEST_F(RedisLimitCounterTest, FailsWhileRedisIsAwayAndBeginsAnewWithIt) {
  auto hold = HoldOf(Take(*a_, {{kTokens, ""}, {kAtOnce, ""}}, 1000));
  server_.Kill();
  EXPECT_FALSE(Take(*a_, {{kTokens, ""}}, 1).ok());
  server_.Start();
  Taken taken = Take(*a_, {{kTokens, ""}, {kAtOnce, ""}}, 600);
  while (!taken.ok()) taken = Take(*a_, {{kTokens, ""}, {kAtOnce, ""}}, 600);
  const auto anew = HoldOf(std::move(taken));
  // What the old one held is not taken off the new count.
  hold->Settle(0);
  hold.reset();
  Await(*a_);
  EXPECT_TRUE(RefusalOf(Take(*a_, {{kTokens, ""}}, 401)).has_value());
  EXPECT_TRUE(RefusalOf(Take(*a_, {{kAtOnce, ""}})).has_value());
}

TEST_F(RedisLimitCounterTest, EndsTheLeaseThatRedisCouldNotBeToldOf) {
  const auto hasty = NewGateway(/*timeout=*/absl::Milliseconds(50));
  while (!Take(*hasty, {{kPlenty, ""}}).ok()) {
  }
  server_.Freeze();
  // Redis will come to it, but nobody waits for that any more.
  EXPECT_FALSE(
      Take(*hasty, {{kTokens, ""}}, 900, timers_.Now() + absl::Seconds(5))
          .ok());
  server_.Thaw();
  timers_.Advance(absl::Seconds(15));
  EXPECT_EQ(TokensUsed(*b_), 0);
}

TEST_F(RedisLimitCounterTest, GivesBackWhatACancelledCallMayHaveGot) {
  Await(*a_);
  server_.Freeze();
  const Claims claims = {{kTokens, ""}, {kAtOnce, ""}};
  std::optional<Taken> taken;
  Begin(*a_, claims, 1000, absl::InfiniteFuture(), &taken);
  loop_->Post([this] { scope_.Cancel(absl::CancelledError("gone")); });
  EXPECT_EQ(Await(taken).status().code(), absl::StatusCode::kCancelled);
  server_.Thaw();
  Scope scope;
  taken.reset();
  loop_->Spawn(
      Store(*a_, env_, scope, {.claims = claims, .tokens = 1000}, &taken));
  EXPECT_NE(HoldOf(Await(taken)), nullptr);
}

TEST_F(RedisLimitCounterTest, LeavesNothingForEverAndNobodysName) {
  HoldOf(Take(*a_, {{kTokens, "private"}, {kAtOnce, "private"}}, 10)).reset();
  const auto hold =
      HoldOf(Take(*a_, {{kTokens, "private"}, {kAtOnce, "private"}}, 10));
  EXPECT_FALSE(RefusalOf(Take(*a_, {{kBucket, "private"}})).has_value());
  const std::string keys = server_.Ask({"KEYS", "*"});
  EXPECT_THAT(keys, Not(HasSubstr("private")));
  int count = 0;
  for (const absl::string_view key :
       absl::StrSplit(keys, '\n', absl::SkipEmpty())) {
    ++count;
    EXPECT_TRUE(absl::StartsWith(key, "test:limit:")) << key;
    int64_t ttl = 0;
    EXPECT_TRUE(
        absl::SimpleAtoi(server_.Ask({"PTTL", std::string(key)}), &ttl));
    EXPECT_GT(ttl, 0) << key;
    EXPECT_LE(ttl, absl::ToInt64Milliseconds(absl::Minutes(2))) << key;
  }
  EXPECT_EQ(count, 6);  // Uses and lease of the tokens, lease, bucket.
}

TEST_F(RedisLimitCounterTest, CountsByTheTimeOfRedis) {
  RedisClient::Options options;
  options.address = *ParseRedisAddress(server_.address());
  RedisLimitCounter counter(Rules(),
                            std::make_unique<RedisClient>(std::move(options)),
                            {.prefix = "test:"});
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(RefusalOf(Take(counter, {{kRequests, ""}})).has_value());
  }
  // Whatever the gateway's own clock says.
  timers_.Advance(absl::Hours(1));
  const std::optional<LimitRefusal> refusal =
      RefusalOf(Take(counter, {{kRequests, ""}}));
  ASSERT_TRUE(refusal.has_value());
  EXPECT_GT(refusal->wait, absl::ZeroDuration());
}

TEST_F(RedisLimitCounterTest, TakesNothingStrangeForALimit) {
  // Somebody else's key of another kind.
  HoldOf(Take(*a_, {{kTokens, ""}}, 10)).reset();
  Await(*a_);
  for (const absl::string_view key : absl::StrSplit(
           server_.Ask({"KEYS", "*:uses"}), '\n', absl::SkipEmpty())) {
    server_.Ask({"SET", std::string(key), "strange"});
  }
  EXPECT_EQ(Take(*a_, {{kTokens, ""}}, 10).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace aigateway

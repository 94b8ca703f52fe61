#include "plugins/memory_limit_counter.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/env.h"
#include "gateway/base/scope.h"
#include "plugins/limit_counter.h"
#include "plugins/limit_rule.h"
#include "tests/fakes/fake_timers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::Eq;
using testing::Optional;

LimitRule Requests(int64_t per_minute) {
  LimitRule rule;
  rule.windows.push_back(
      {.limit = {.amount = per_minute, .length = absl::Minutes(1)}});
  return rule;
}

LimitRule Tokens(int64_t per_minute) {
  LimitRule rule;
  rule.windows.push_back(
      {.tokens = true,
       .limit = {.amount = per_minute, .length = absl::Minutes(1)}});
  return rule;
}

LimitRule Concurrent(int64_t most) {
  LimitRule rule;
  rule.concurrent = most;
  return rule;
}

// One loop that asks a counter.
class Asker {
 public:
  // `counter` must outlive this object.
  explicit Asker(LimitCounter& counter) : counter_(counter) {}

  LimitCounter::Outcome Take(const std::vector<LimitClaim>& claims,
                             int64_t tokens) {
    absl::StatusOr<LimitCounter::Outcome> outcome = RunToEnd(
        loop_,
        counter_.Take(env_, scope_, {.claims = claims, .tokens = tokens}));
    EXPECT_THAT(outcome, IsOk());
    return *std::move(outcome);
  }
  void Advance(absl::Duration step) { timers_.Advance(step); }

 private:
  LimitCounter& counter_;
  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Env env_{.loop = &loop_, .clock = &timers_, .timers = &timers_};
  Scope scope_;
};

std::unique_ptr<LimitHold> HoldOf(LimitCounter::Outcome outcome) {
  EXPECT_TRUE(std::holds_alternative<std::unique_ptr<LimitHold>>(outcome));
  return std::get<std::unique_ptr<LimitHold>>(std::move(outcome));
}

std::optional<LimitRefusal> RefusalOf(LimitCounter::Outcome outcome) {
  if (!std::holds_alternative<LimitRefusal>(outcome)) return std::nullopt;
  return std::get<LimitRefusal>(std::move(outcome));
}

TEST(MemoryLimitCounterTest, HoldsNothingOfWhatCannotComeBack) {
  MemoryLimitCounter counter({Requests(1)}, 16);
  Asker asker(counter);
  EXPECT_EQ(HoldOf(asker.Take({{0, "k"}}, 0)), nullptr);
  EXPECT_TRUE(RefusalOf(asker.Take({{0, "k"}}, 0)).has_value());
}

TEST(MemoryLimitCounterTest, TakesFromAllOrFromNone) {
  MemoryLimitCounter counter({Requests(3), Tokens(10), Requests(1)}, 16);
  Asker asker(counter);
  const auto take = [&](const char* key, int64_t tokens) {
    return RefusalOf(asker.Take({{0, ""}, {1, ""}, {2, key}}, tokens));
  };
  EXPECT_FALSE(take("a", 4).has_value());
  for (int i = 0; i < 5; ++i) {
    const std::optional<LimitRefusal> refusal = take("a", 1);
    ASSERT_TRUE(refusal.has_value());
    EXPECT_THAT(refusal->limits, ElementsAre(2));
  }
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(take("b", 11).has_value());
  // What the refused ones had taken came back.
  EXPECT_FALSE(take("b", 4).has_value());
  EXPECT_FALSE(take("c", 2).has_value());
  EXPECT_TRUE(take("d", 0).has_value());
}

TEST(MemoryLimitCounterTest, TellsTheLongestWaitAndWhoseItIs) {
  MemoryLimitCounter counter({Concurrent(1), Requests(1), Tokens(10)}, 16);
  Asker asker(counter);
  // Reserved, and the request goes on.
  const std::unique_ptr<LimitHold> hold = HoldOf(asker.Take({{2, ""}}, 10));
  asker.Advance(absl::Seconds(10));
  HoldOf(asker.Take({{1, ""}}, 0));
  const std::unique_ptr<LimitHold> running = HoldOf(asker.Take({{0, ""}}, 0));
  asker.Advance(absl::Seconds(1));
  const std::optional<LimitRefusal> refusal =
      RefusalOf(asker.Take({{0, ""}, {1, ""}, {2, ""}}, 1));
  ASSERT_TRUE(refusal.has_value());
  EXPECT_THAT(refusal->limits, ElementsAre(1, 0, 2));
  EXPECT_THAT(refusal->wait, Optional(Eq(absl::Seconds(59))));
  const std::optional<LimitRefusal> unknown =
      RefusalOf(asker.Take({{0, ""}}, 0));
  ASSERT_TRUE(unknown.has_value());
  EXPECT_EQ(unknown->wait, std::nullopt);
  const std::optional<LimitRefusal> never =
      RefusalOf(asker.Take({{1, ""}, {2, ""}}, 11));
  ASSERT_TRUE(never.has_value());
  EXPECT_THAT(never->limits, ElementsAre(2, 1));
  EXPECT_THAT(never->wait, Optional(Eq(absl::InfiniteDuration())));
}

TEST(MemoryLimitCounterTest, EndsAReservationWithItsWindow) {
  MemoryLimitCounter counter({Tokens(10)}, 16);
  Asker asker(counter);
  const std::unique_ptr<LimitHold> lost = HoldOf(asker.Take({{0, ""}}, 10));
  asker.Advance(absl::Minutes(1) - absl::Nanoseconds(1));
  EXPECT_TRUE(RefusalOf(asker.Take({{0, ""}}, 1)).has_value());
  asker.Advance(absl::Nanoseconds(1));
  const std::unique_ptr<LimitHold> next = HoldOf(asker.Take({{0, ""}}, 10));
  // Too late: it takes nothing from the one that has its place.
  lost->Settle(0);
  EXPECT_TRUE(RefusalOf(asker.Take({{0, ""}}, 1)).has_value());
}

// 64 callers at once, each with a reservation of its own size, of which it then
// uses a part, or nothing.
TEST(MemoryLimitCounterTest, NeverPassesALimitOfTokensUnderConcurrency) {
  constexpr int64_t kLimit = 1000;
  MemoryLimitCounter counter({Tokens(kLimit), Tokens(kLimit * 2)}, 64);
  std::atomic<int64_t> reserved = 0;
  std::atomic<int64_t> most_reserved = 0;
  std::atomic<int64_t> used = 0;
  std::vector<std::thread> callers;
  for (int64_t caller = 0; caller < 64; ++caller) {
    callers.emplace_back([&, caller] {
      Asker asker(counter);
      const int64_t tokens = 5 + caller % 40;
      for (int i = 0; i < 100; ++i) {
        LimitCounter::Outcome outcome = asker.Take({{0, ""}, {1, ""}}, tokens);
        if (std::holds_alternative<LimitRefusal>(outcome)) continue;
        auto hold = std::get<std::unique_ptr<LimitHold>>(std::move(outcome));
        const int64_t now = reserved += tokens;
        int64_t most = most_reserved;
        while (most < now && !most_reserved.compare_exchange_weak(most, now)) {
        }
        // One in three fails; the others use what they reserved or half of it.
        const int64_t spent = i % 3 == 0 ? 0 : i % 3 == 1 ? tokens : tokens / 2;
        used += spent;
        // Before it is given back, so that the sum never says too much.
        reserved -= tokens - spent;
        hold->Settle(spent);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_LE(most_reserved, kLimit);
  // All that was given back is there for the next.
  Asker last(counter);
  EXPECT_NE(HoldOf(last.Take({{0, ""}, {1, ""}}, kLimit - used)), nullptr);
  EXPECT_TRUE(RefusalOf(last.Take({{0, ""}}, 1)).has_value());
}

}  // namespace
}  // namespace aigateway

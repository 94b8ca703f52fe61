#include "plugins/limit_table.h"

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

#include "plugins/limit_rule.h"

namespace aigateway {
namespace {

LimitRule PerMinute(int64_t requests, int64_t burst = 0) {
  LimitRule rule;
  rule.windows.push_back(
      {.limit = {.amount = requests, .length = absl::Minutes(1)}});
  if (burst > 0) {
    rule.bucket = RequestBucket::Limit::Make(static_cast<double>(requests),
                                             absl::Minutes(1),
                                             static_cast<double>(burst));
  }
  return rule;
}

class LimitTableTest : public testing::Test {
 protected:
  bool Take(LimitTable& table, const std::string& key) {
    return table.Take(key, /*tokens=*/0, now_, &wait_).has_value();
  }

  absl::Time now_ = absl::FromUnixSeconds(1700000000);
  LimitTable::Wait wait_;
};

TEST_F(LimitTableTest, CountsForEachKeyAlone) {
  const LimitRule rule = PerMinute(2);
  LimitTable table(rule, 100);
  for (const char* key : {"a", "b", ""}) {
    EXPECT_TRUE(Take(table, key));
    EXPECT_TRUE(Take(table, key));
    EXPECT_FALSE(Take(table, key));
    EXPECT_EQ(wait_, absl::Minutes(1));
  }
  EXPECT_FALSE(table.HasRoom("a", 0, now_, &wait_));
  EXPECT_TRUE(table.HasRoom("c", 0, now_, &wait_));
}

TEST_F(LimitTableTest, TellsLongKeysApartByTheirEnds) {
  const LimitRule rule = PerMinute(1);
  LimitTable table(rule, 100);
  const std::string common(1000, 'x');
  EXPECT_TRUE(Take(table, common + "a"));
  EXPECT_TRUE(Take(table, common + "b"));
  EXPECT_FALSE(Take(table, common + "a"));
}

TEST_F(LimitTableTest, DropsThoseWhoseUseHasComeBack) {
  const LimitRule rule = PerMinute(60);
  LimitTable table(rule, 100000);
  for (int i = 0; i < 1000; ++i) Take(table, absl::StrCat("old ", i));
  EXPECT_EQ(table.size(), 1000u);
  now_ += absl::Minutes(1);
  // Each that comes clears one or two away.
  for (int i = 0; i < 3000; ++i) Take(table, absl::StrCat("new ", i));
  EXPECT_EQ(table.size(), 3000u);
}

TEST_F(LimitTableTest, KeepsToItsSize) {
  const LimitRule rule = PerMinute(60);
  LimitTable table(rule, 1600);
  for (int i = 0; i < 50000; ++i) {
    EXPECT_TRUE(Take(table, absl::StrCat("key ", i)));
  }
  EXPECT_EQ(table.size(), 1600u);
}

// Reported case 029: a caller floods the table to have its own use forgotten.
TEST_F(LimitTableTest, Case029AFloodGivesNobodyAFreshStart) {
  const LimitRule rule = PerMinute(60, /*burst=*/2);
  LimitTable table(rule, 65536);
  EXPECT_TRUE(Take(table, "k"));
  EXPECT_TRUE(Take(table, "k"));
  EXPECT_FALSE(Take(table, "k"));
  for (int i = 0; i < 200000; ++i) {
    now_ += absl::Microseconds(4);
    Take(table, absl::StrCat("other ", i));
  }
  EXPECT_FALSE(Take(table, "k"));
  EXPECT_LE(table.size(), 65536u);
}

// Not even by those who have used up what they may as well.
TEST_F(LimitTableTest, CountsNewOnesTogetherWhereNobodyMayGo) {
  const LimitRule rule = PerMinute(2);
  LimitTable table(rule, 16);
  EXPECT_TRUE(Take(table, "k"));
  EXPECT_TRUE(Take(table, "k"));
  int let_in = 0;
  for (int i = 0; i < 2000; ++i) {
    for (int times = 0; times < 3; ++times) {
      if (Take(table, absl::StrCat("other ", i))) ++let_in;
    }
  }
  // 15 others, and in each of 16 shards all the rest together.
  EXPECT_EQ(let_in, 15 * 2 + 16 * 2);
  EXPECT_FALSE(Take(table, "k"));
  now_ += absl::Minutes(1);
  EXPECT_TRUE(Take(table, "somebody new"));
}

TEST_F(LimitTableTest, ForgetsThoseWhoHaveUsedLeastFirst) {
  const LimitRule rule = PerMinute(100);
  LimitTable table(rule, 160);
  for (int i = 0; i < 90; ++i) EXPECT_TRUE(Take(table, "busy"));
  for (int i = 0; i < 5000; ++i) Take(table, absl::StrCat("other ", i));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(Take(table, "busy"));
  EXPECT_FALSE(Take(table, "busy"));
}

TEST_F(LimitTableTest, BoundsWhatIsUnderWay) {
  LimitRule rule;
  rule.concurrent = 2;
  LimitTable table(rule, 16);
  std::optional<LimitTable::Lease> first = table.Take("k", 0, now_, &wait_);
  std::optional<LimitTable::Lease> second = table.Take("k", 0, now_, &wait_);
  ASSERT_TRUE(first.has_value() && second.has_value());
  wait_ = absl::ZeroDuration();
  EXPECT_FALSE(Take(table, "k"));
  EXPECT_EQ(wait_, std::nullopt);
  // Nobody is forgotten while it runs.
  for (int i = 0; i < 1000; ++i) Take(table, absl::StrCat("other ", i));
  EXPECT_FALSE(Take(table, "k"));
  first.reset();
  EXPECT_TRUE(Take(table, "k"));
}

TEST_F(LimitTableTest, SettlesAndTakesBack) {
  LimitRule rule = PerMinute(2);
  rule.windows.push_back(
      {.tokens = true, .limit = {.amount = 100, .length = absl::Minutes(1)}});
  LimitTable table(rule, 16);
  std::optional<LimitTable::Lease> lease = table.Take("k", 80, now_, &wait_);
  ASSERT_TRUE(lease.has_value());
  EXPECT_FALSE(table.HasRoom("k", 21, now_, &wait_));
  lease->Settle(30);
  EXPECT_TRUE(table.HasRoom("k", 70, now_, &wait_));
  EXPECT_FALSE(table.HasRoom("k", 71, now_, &wait_));
  lease->Undo();
  EXPECT_TRUE(table.HasRoom("k", 100, now_, &wait_));
  lease.reset();
  EXPECT_TRUE(Take(table, "k"));
  EXPECT_TRUE(Take(table, "k"));
  EXPECT_FALSE(Take(table, "k"));
}

TEST_F(LimitTableTest, CountsExactlyFromManyThreads) {
  LimitRule rule = PerMinute(1000);
  rule.windows.push_back(
      {.tokens = true, .limit = {.amount = 10000, .length = absl::Minutes(1)}});
  LimitTable table(rule, 64);
  std::atomic<int> let_in = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      LimitTable::Wait wait;
      for (int i = 0; i < 2000; ++i) {
        std::optional<LimitTable::Lease> lease =
            table.Take("k", 10, now_, &wait);
        if (!lease.has_value()) continue;
        // Every other one never was.
        if (i % 2 == 0) {
          lease->Undo();
        } else {
          lease->Settle(9);
          ++let_in;
        }
        // Others come and go beside.
        (void)table.Take(absl::StrCat(t, " ", i), 1, now_, &wait);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(let_in, 1000);
  EXPECT_TRUE(table.HasRoom("k", 10000 - 9 * let_in, now_, &wait_) ||
              let_in == 1000);
  for (int i = let_in; i < 1000; ++i) EXPECT_TRUE(Take(table, "k"));
  EXPECT_FALSE(Take(table, "k"));
}

}  // namespace
}  // namespace aigateway

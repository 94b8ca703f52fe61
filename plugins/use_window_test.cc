#include "plugins/use_window.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"

#include "gateway/base/random.h"

namespace aigateway {
namespace {

constexpr UseWindow::Limit kLimit = {.amount = 10, .length = absl::Minutes(1)};

class UseWindowTest : public testing::Test {
 protected:
  absl::Duration Wait(int64_t amount) {
    return window_.WaitFor(amount, kLimit, now_);
  }
  int64_t Add(int64_t amount) { return window_.Add(amount, kLimit, now_); }
  void Advance(absl::Duration step) { now_ += step; }

  UseWindow window_;
  absl::Time now_ = absl::FromUnixSeconds(1700000000);
};

TEST_F(UseWindowTest, LetsInAsMuchAsTheLimitAndNoMore) {
  EXPECT_EQ(Wait(10), absl::ZeroDuration());
  Add(7);
  EXPECT_EQ(Wait(3), absl::ZeroDuration());
  EXPECT_EQ(Wait(4), absl::Minutes(1));
  EXPECT_EQ(Wait(11), absl::InfiniteDuration());
}

TEST_F(UseWindowTest, TellsTheWaitToTheNanosecond) {
  Add(4);
  Advance(absl::Seconds(10));
  Add(4);
  Advance(absl::Seconds(7));
  EXPECT_EQ(Wait(3), absl::Seconds(43));
  EXPECT_EQ(Wait(7), absl::Seconds(53));
  Advance(absl::Seconds(43) - absl::Nanoseconds(1));
  EXPECT_EQ(Wait(3), absl::Nanoseconds(1));
  Advance(absl::Nanoseconds(1));
  EXPECT_EQ(Wait(3), absl::ZeroDuration());
  EXPECT_EQ(Wait(7), absl::Seconds(10));
}

TEST_F(UseWindowTest, ChangesAUseWhileItCounts) {
  const int64_t first = Add(8);
  Advance(absl::Seconds(30));
  const int64_t second = Add(2);
  window_.Change(first, -7);
  EXPECT_EQ(window_.Used(kLimit, now_), 3);
  // More than was reserved: the debt is paid off first.
  window_.Change(second, 20);
  EXPECT_EQ(Wait(1), absl::Seconds(60));
  Advance(absl::Seconds(30));
  window_.Change(first, 100);  // Still there: nobody looked.
  EXPECT_EQ(window_.Used(kLimit, now_), 22);
  window_.Change(first, 100);  // Gone.
  EXPECT_EQ(window_.Used(kLimit, now_), 22);
}

TEST_F(UseWindowTest, TakesAClockThatAnotherThreadReadEarlier) {
  Add(5);
  window_.Add(5, kLimit, now_ - absl::Seconds(1));
  EXPECT_EQ(Wait(1), absl::Minutes(1));
}

// Whatever comes when, no span of the window's length has more than the limit;
// and what is kept back for want of memory comes back within a 64th of it.
TEST_F(UseWindowTest, NeverLetsInMoreInAnySpanAndForgetsInTime) {
  constexpr UseWindow::Limit limit = {.amount = 1000,
                                      .length = absl::Seconds(64)};
  Random random(7);
  std::vector<std::pair<absl::Time, int64_t>> let_in;
  size_t oldest = 0;
  int64_t in_span = 0;
  int64_t most = 0;
  for (int i = 0; i < 20000; ++i) {
    Advance(absl::Milliseconds(static_cast<int64_t>(random.Next() % 100)));
    const auto amount = static_cast<int64_t>(1 + random.Next() % 20);
    while (oldest < let_in.size() &&
           let_in[oldest].first <= now_ - limit.length) {
      in_span -= let_in[oldest++].second;
    }
    int64_t in_longer_span = in_span;
    for (size_t k = oldest;
         k > 0 && let_in[k - 1].first > now_ - limit.length - absl::Seconds(1);
         --k) {
      in_longer_span += let_in[k - 1].second;
    }
    const bool fits =
        window_.WaitFor(amount, limit, now_) == absl::ZeroDuration();
    if (fits) {
      window_.Add(amount, limit, now_);
      let_in.emplace_back(now_, amount);
      in_span += amount;
    } else {
      ASSERT_GT(in_longer_span + amount, limit.amount);
    }
    ASSERT_LE(in_span, limit.amount);
    most = std::max(most, in_span);
  }
  EXPECT_GT(most, 980);
}

}  // namespace
}  // namespace aigateway

#include "gateway/resilience/backoff.h"

#include <algorithm>

#include "gtest/gtest.h"

namespace aigateway {
namespace {

TEST(BackoffTest, StaysBelowABoundThatDoublesUpToTheMaximum) {
  const Backoff backoff(absl::Milliseconds(100), absl::Milliseconds(500));
  Random random(1);
  absl::Duration longest[5] = {};
  for (int draw = 0; draw < 1000; ++draw) {
    for (int failures = 1; failures <= 4; ++failures) {
      const absl::Duration delay = backoff.Delay(failures, random);
      EXPECT_GE(delay, absl::ZeroDuration());
      longest[failures] = std::max(longest[failures], delay);
    }
  }
  const int bounds[5] = {0, 100, 200, 400, 500};
  for (int failures = 1; failures <= 4; ++failures) {
    EXPECT_LT(longest[failures], absl::Milliseconds(bounds[failures]));
    EXPECT_GT(longest[failures], absl::Milliseconds(bounds[failures] * 0.95));
  }
}

TEST(BackoffTest, SpreadsOverTheWholeRange) {
  const Backoff backoff(absl::Seconds(1), absl::Seconds(1));
  Random random(7);
  int early = 0;
  for (int draw = 0; draw < 1000; ++draw) {
    if (backoff.Delay(1, random) < absl::Milliseconds(100)) ++early;
  }
  EXPECT_GT(early, 60);
  EXPECT_LT(early, 140);
}

TEST(BackoffTest, HasNoWaitWhereNoneIsConfigured) {
  const Backoff backoff(absl::ZeroDuration(), absl::Seconds(1));
  Random random(7);
  EXPECT_EQ(backoff.Delay(60, random), absl::ZeroDuration());
}

}  // namespace
}  // namespace aigateway

#include "gateway/base/clock.h"

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

TEST(RealClockTest, TellsTheTimeOfDayAndNeverGoesBack) {
  const Clock* const clock = Clock::Real();
  const absl::Duration difference = clock->Now() - absl::Now();
  EXPECT_LT(absl::AbsDuration(difference), absl::Minutes(1));
  absl::Time last = clock->Now();
  for (int i = 0; i < 1000; ++i) {
    const absl::Time now = clock->Now();
    ASSERT_GE(now, last);
    last = now;
  }
}

}  // namespace
}  // namespace aigateway

#include "gateway/resilience/latency_tracker.h"

#include "gtest/gtest.h"

namespace aigateway {
namespace {

constexpr absl::Duration kHalfLife = LatencyTracker::kHalfLife;

class LatencyTrackerTest : public testing::Test {
 protected:
  double MeanMs() const {
    const auto reading = tracker_.Read(now_);
    return reading.has_value() ? absl::ToDoubleMilliseconds(reading->mean) : -1;
  }
  void Succeed(int ms) { tracker_.AddSuccess(absl::Milliseconds(ms), now_); }

  LatencyTracker tracker_;
  absl::Time now_ = absl::FromUnixSeconds(1700000000);
};

TEST_F(LatencyTrackerTest, KnowsNothingBeforeTheFirstSuccess) {
  EXPECT_FALSE(tracker_.Read(now_).has_value());
  tracker_.AddFailure(now_);
  EXPECT_FALSE(tracker_.Read(now_).has_value());
}

TEST_F(LatencyTrackerTest, AveragesWhatCameTogether) {
  Succeed(100);
  Succeed(300);
  EXPECT_NEAR(MeanMs(), 200, 1e-6);
}

TEST_F(LatencyTrackerTest, LetsTheLatestCountMost) {
  Succeed(100);
  now_ += kHalfLife;
  Succeed(400);
  // A half of 100 and the whole of 400.
  EXPECT_NEAR(MeanMs(), (50 + 400) / 1.5, 1e-6);
  now_ += 20 * kHalfLife;
  Succeed(50);
  EXPECT_NEAR(MeanMs(), 50, 0.01);
}

TEST_F(LatencyTrackerTest, TellsHowOldTheLastSuccessIs) {
  Succeed(100);
  now_ += absl::Seconds(7);
  tracker_.AddFailure(now_);
  EXPECT_EQ(tracker_.Read(now_)->age, absl::Seconds(7));
  EXPECT_NEAR(MeanMs(), 100, 1e-6);
}

TEST_F(LatencyTrackerTest, CountsFailuresApartFromTheMean) {
  Succeed(100);
  tracker_.AddFailure(now_);
  tracker_.AddFailure(now_);
  tracker_.AddFailure(now_);
  EXPECT_NEAR(MeanMs(), 100, 1e-6);
  EXPECT_NEAR(tracker_.Read(now_)->failure_share, 0.75, 1e-9);
  // Its recovery counts as it fails no more.
  now_ += 2 * kHalfLife;
  Succeed(100);
  EXPECT_NEAR(tracker_.Read(now_)->failure_share, 0.75 / 2, 1e-9);
}

TEST_F(LatencyTrackerTest, ForgetsWhatIsLongPast) {
  Succeed(100);
  now_ += absl::Minutes(2);
  EXPECT_NEAR(MeanMs(), 100, 1e-6);
  now_ += absl::Hours(24);
  EXPECT_FALSE(tracker_.Read(now_).has_value());
  Succeed(20);
  EXPECT_NEAR(MeanMs(), 20, 1e-6);
}

TEST_F(LatencyTrackerTest, BearsAClockThatIsSetBack) {
  Succeed(100);
  now_ -= absl::Hours(1);
  Succeed(300);
  EXPECT_NEAR(MeanMs(), 200, 1e-6);
  EXPECT_EQ(tracker_.Read(now_)->age, absl::ZeroDuration());
}

}  // namespace
}  // namespace aigateway

#include "plugins/request_bucket.h"

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

class RequestBucketTest : public testing::Test {
 protected:
  void Set(double rate, absl::Duration period, double burst) {
    limit_ = RequestBucket::Limit::Make(rate, period, burst);
    bucket_ = RequestBucket();
  }
  bool Take() {
    if (Wait() > absl::ZeroDuration()) return false;
    bucket_.Add(limit_, now_);
    return true;
  }
  int TakeAll() {
    int taken = 0;
    while (Take()) ++taken;
    return taken;
  }
  absl::Duration Wait() { return bucket_.WaitFor(limit_, now_); }

  RequestBucket::Limit limit_ = RequestBucket::Limit::Make(
      /*rate=*/3, absl::Seconds(1), /*burst=*/5);
  RequestBucket bucket_;
  absl::Time now_ = absl::FromUnixSeconds(1700000000);
};

TEST_F(RequestBucketTest, HoldsABurstAndFillsEvenly) {
  EXPECT_EQ(TakeAll(), 5);
  // A third of a second, rounded up.
  EXPECT_EQ(Wait(), absl::Nanoseconds(333333334));
  now_ += absl::Nanoseconds(333333333);
  EXPECT_FALSE(Take());
  now_ += absl::Nanoseconds(1);
  EXPECT_TRUE(Take());
  EXPECT_FALSE(Take());
  // No part of a request was lost.
  now_ += absl::Nanoseconds(666666666);
  EXPECT_EQ(TakeAll(), 2);
  now_ += absl::Hours(24 * 365);
  EXPECT_EQ(TakeAll(), 5);
}

TEST_F(RequestBucketTest, TakesRatesOfAnyKind) {
  Set(/*rate=*/0.5, absl::Seconds(1), /*burst=*/1);
  EXPECT_EQ(TakeAll(), 1);
  EXPECT_EQ(Wait(), absl::Seconds(2));
  Set(/*rate=*/60, absl::Minutes(1), /*burst=*/2);
  EXPECT_EQ(TakeAll(), 2);
  EXPECT_EQ(Wait(), absl::Seconds(1));
  Set(/*rate=*/1, absl::Hours(24), /*burst=*/1.5);
  EXPECT_EQ(TakeAll(), 1);
  EXPECT_EQ(Wait(), absl::Hours(12));
  Set(/*rate=*/1e9, absl::Seconds(1), /*burst=*/1);
  EXPECT_EQ(TakeAll(), 1);
  EXPECT_EQ(Wait(), absl::Nanoseconds(1));
}

TEST_F(RequestBucketTest, TakesBackWhatDidNotHappen) {
  EXPECT_EQ(TakeAll(), 5);
  bucket_.Undo(limit_);
  EXPECT_EQ(TakeAll(), 1);
}

TEST_F(RequestBucketTest, SaysHowMuchIsUsed) {
  EXPECT_EQ(bucket_.UsedShare(limit_, now_), 0);
  bucket_.Add(limit_, now_);
  EXPECT_DOUBLE_EQ(bucket_.UsedShare(limit_, now_), 0.2);
  TakeAll();
  EXPECT_EQ(bucket_.UsedShare(limit_, now_), 1);
  // Less than one is none.
  now_ += absl::Milliseconds(300);
  EXPECT_EQ(bucket_.UsedShare(limit_, now_), 1);
  now_ += absl::Seconds(10);
  EXPECT_EQ(bucket_.UsedShare(limit_, now_), 0);
}

}  // namespace
}  // namespace aigateway

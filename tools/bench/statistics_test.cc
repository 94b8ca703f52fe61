#include "tools/bench/statistics.h"

#include <vector>

#include "gtest/gtest.h"

namespace aigateway::bench {
namespace {

std::vector<double> OneTo(int last) {
  std::vector<double> values;
  // Not in order, as measured values are not.
  for (int i = last; i >= 1; --i) values.push_back(i);
  return values;
}

TEST(PercentileTest, IsTheSmallestValueThatSoManyDoNotExceed) {
  EXPECT_EQ(Percentile(OneTo(100), 50), 50);
  EXPECT_EQ(Percentile(OneTo(100), 99), 99);
  EXPECT_EQ(Percentile(OneTo(1000), 99.9), 999);
}

TEST(PercentileTest, OfFewValuesIsTheLargest) {
  EXPECT_EQ(Percentile(OneTo(10), 99), 10);
  EXPECT_EQ(Percentile({7}, 1), 7);
}

TEST(PercentileTest, OfAHundredIsTheLargest) {
  EXPECT_EQ(Percentile(OneTo(7), 100), 7);
}

TEST(PercentileTest, OfNothingIsZero) { EXPECT_EQ(Percentile({}, 50), 0); }

TEST(MedianTest, IsTheMiddleOne) { EXPECT_EQ(Median({9, 1, 5}), 5); }

TEST(MedianTest, OfAnEvenNumberIsBetweenTheTwoInTheMiddle) {
  EXPECT_EQ(Median({8, 1, 4, 9}), 6);
}

TEST(MedianTest, OfNothingIsZero) { EXPECT_EQ(Median({}), 0); }

TEST(MeanTest, AddsUpAndDivides) {
  EXPECT_EQ(Mean({1, 2, 6}), 3);
  EXPECT_EQ(Mean({}), 0);
}

TEST(MedianRatioTest, ComparesWhatWasMeasuredInTheSameRound) {
  // The second round ran on a machine half as fast.
  EXPECT_EQ(MedianRatio({30, 60, 36}, {20, 40, 20}), 1.5);
}

TEST(MedianRatioTest, LeavesOutARoundWithoutABase) {
  EXPECT_EQ(MedianRatio({30, 60}, {0, 20}), 3);
  EXPECT_EQ(MedianRatio({30}, {0}), 0);
}

}  // namespace
}  // namespace aigateway::bench

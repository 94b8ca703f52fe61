#include "gateway/base/random.h"

#include <cstdint>

#include "gtest/gtest.h"

namespace aigateway {
namespace {

TEST(RandomTest, GivesTheNumbersOfSplitMix64) {
  // From the reference implementation, seed 1234567.
  Random random(1234567);
  EXPECT_EQ(random.Next(), 6457827717110365317u);
  EXPECT_EQ(random.Next(), 3203168211198807973u);
  EXPECT_EQ(random.Next(), 9817491932198370423u);
}

TEST(RandomTest, OneSeedGivesOneSequence) {
  Random a(7);
  Random b(7);
  Random c(8);
  const uint64_t first = a.Next();
  EXPECT_EQ(first, b.Next());
  EXPECT_NE(first, c.Next());
}

TEST(RandomTest, UniformStaysBelowOneAndSpreads) {
  Random random(1);
  int upper_half = 0;
  for (int i = 0; i < 10000; ++i) {
    const double value = random.Uniform();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    if (value >= 0.5) ++upper_half;
  }
  EXPECT_GT(upper_half, 4700);
  EXPECT_LT(upper_half, 5300);
}

}  // namespace
}  // namespace aigateway

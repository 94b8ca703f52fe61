#include "gateway/base/stable_hash.h"

#include <cmath>
#include <set>
#include <string>

#include "gtest/gtest.h"

namespace aigateway {
namespace {

// Users would change their places if these did.
TEST(StableHashTest, IsTheSameForEver) {
  EXPECT_EQ(StableHash(""), 0xF52A15E9A9B5E89Bu);
  EXPECT_EQ(StableHash("alice"), 5384074342051148388u);
  EXPECT_EQ(StableHash("alice", 7), 1969833411161778745u);
}

TEST(StableHashTest, TellsTextsAndSeedsApart) {
  std::set<uint64_t> seen;
  for (const char* text : {"", "a", "b", "ab", "ba", "alice"}) {
    for (const uint64_t seed : {0, 1, 2}) seen.insert(StableHash(text, seed));
  }
  seen.insert(StableHash(std::string("a\0", 2)));
  EXPECT_EQ(seen.size(), 19u);
}

TEST(StableHashTest, IsSpreadEvenlyOverShortTexts) {
  constexpr int kTexts = 100000;
  constexpr int kParts = 20;
  int counts[kParts] = {};
  for (int i = 0; i < kTexts; ++i) {
    const double place = StableUniform("u" + std::to_string(i));
    ASSERT_GE(place, 0);
    ASSERT_LT(place, 1);
    ++counts[static_cast<int>(place * kParts)];
  }
  const double expected = static_cast<double>(kTexts) / kParts;
  for (const int count : counts) {
    EXPECT_NEAR(count, expected, 5 * std::sqrt(expected));
  }
}

}  // namespace
}  // namespace aigateway

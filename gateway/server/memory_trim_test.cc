#include "gateway/server/memory_trim.h"

#include "gtest/gtest.h"

namespace aigateway {
namespace {

TEST(MemoryTrimTest, IsDueOnceWhenACrowdHasGone) {
  MemoryTrim trim;
  EXPECT_FALSE(trim.Due(1000));
  EXPECT_FALSE(trim.Due(500));
  EXPECT_TRUE(trim.Due(250));
  EXPECT_FALSE(trim.Due(240));
  EXPECT_TRUE(trim.Due(10));
  EXPECT_FALSE(trim.Due(0));
}

TEST(MemoryTrimTest, LeavesAFewRequestsAlone) {
  MemoryTrim trim;
  EXPECT_FALSE(trim.Due(MemoryTrim::kCrowd - 1));
  EXPECT_FALSE(trim.Due(0));
}

}  // namespace
}  // namespace aigateway

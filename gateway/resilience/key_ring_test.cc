#include "gateway/resilience/key_ring.h"

#include "gtest/gtest.h"

namespace aigateway {
namespace {

const absl::Time kNow = absl::UnixEpoch() + absl::Hours(1);

TEST(KeyRingTest, UsesKeysInTurn) {
  KeyRing ring({"a", "b"});
  EXPECT_EQ(ring.Pick(kNow).key, "a");
  EXPECT_EQ(ring.Pick(kNow).key, "b");
  EXPECT_EQ(ring.Pick(kNow).key, "a");
}

TEST(KeyRingTest, PassesOverAKeyThatRests) {
  KeyRing ring({"a", "b"});
  ring.Park(0, kNow + absl::Seconds(60), /*stated=*/true);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(ring.Pick(kNow).key, "b");
  EXPECT_TRUE(ring.HasFree(kNow));
}

TEST(KeyRingTest, TakesAKeyBackWhenItsRestIsOver) {
  KeyRing ring({"a", "b"});
  ring.Park(0, kNow + absl::Seconds(60), /*stated=*/true);
  ring.Park(1, kNow + absl::Seconds(600), /*stated=*/true);
  EXPECT_EQ(ring.Pick(kNow + absl::Seconds(61)).key, "a");
}

TEST(KeyRingTest, TriesTheFirstToWakeWhenAllRest) {
  KeyRing ring({"a", "b"});
  ring.Park(0, kNow + absl::Seconds(600), /*stated=*/true);
  ring.Park(1, kNow + absl::Seconds(60), /*stated=*/true);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(ring.Pick(kNow).key, "b");
  EXPECT_FALSE(ring.HasFree(kNow));
}

TEST(KeyRingTest, TriesItsOnlyKeyAllTheSame) {
  KeyRing ring({"a"});
  ring.Park(0, kNow + absl::Seconds(60), /*stated=*/true);
  EXPECT_EQ(ring.Pick(kNow).key, "a");
  EXPECT_FALSE(ring.HasFree(kNow));
}

TEST(KeyRingTest, GivesAnEmptyKeyWhereNoneIsNeeded) {
  KeyRing ring({});
  EXPECT_EQ(ring.Pick(kNow).key, "");
}

TEST(KeyRingTest, SaysHowLongAllRestIfThatWasStated) {
  KeyRing ring({"a", "b"});
  ring.Park(0, kNow + absl::Seconds(10), /*stated=*/true);
  EXPECT_EQ(ring.RestsUntil(kNow), std::nullopt);
  ring.Park(1, kNow + absl::Seconds(20), /*stated=*/true);
  EXPECT_EQ(ring.RestsUntil(kNow), kNow + absl::Seconds(10));
  EXPECT_EQ(ring.RestsUntil(kNow + absl::Seconds(10)), std::nullopt);
  ring.Park(1, kNow + absl::Seconds(20), /*stated=*/false);
  EXPECT_EQ(ring.RestsUntil(kNow), std::nullopt);
}

}  // namespace
}  // namespace aigateway

#include "tests/simulation/simulation.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using testing::IsEmpty;

constexpr uint64_t kSeedsInAll = 2000;
constexpr uint64_t kSeedsAtOnce = 50;

class SimulationTest : public testing::TestWithParam<uint64_t> {};

TEST_P(SimulationTest, BreaksNoInvariant) {
  for (uint64_t seed = GetParam(); seed < GetParam() + kSeedsAtOnce; ++seed) {
    const SimulationResult result = Simulate({.seed = seed});
    EXPECT_THAT(result.broken, IsEmpty())
        << "seed " << seed
        << "; bazel run //tests/simulation:simulate -- --trace --seed=" << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SimulationTest,
                         testing::Range(uint64_t{1}, kSeedsInAll + 1,
                                        kSeedsAtOnce));

TEST(SimulationTraceTest, IsTheSameForTheSameSeed) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const SimulationResult first = Simulate({.seed = seed});
    const SimulationResult second = Simulate({.seed = seed});
    EXPECT_GT(first.requests, 0);
    ASSERT_EQ(first.trace, second.trace) << "seed " << seed;
  }
}

TEST(SimulationTraceTest, IsAnotherForAnotherSeed) {
  EXPECT_NE(Simulate({.seed = 1}).trace, Simulate({.seed = 2}).trace);
}

}  // namespace
}  // namespace aigateway

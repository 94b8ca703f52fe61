#include "tests/simulation/simulation.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using testing::IsEmpty;

// AddressSanitizer makes it five times as slow.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define AIGATEWAY_SLOW 1
#endif
#endif
#ifdef AIGATEWAY_SLOW
constexpr uint64_t kSeedsInAll = 300;
#else
constexpr uint64_t kSeedsInAll = 2000;
#endif
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

// What is not met is not tested.
TEST(SimulationTraceTest, HasEverythingInItThatCanHappen) {
  std::string all;
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    absl::StrAppend(&all, Simulate({.seed = seed}).trace);
  }
  for (const char* what :
       {" drain ", " resume ", " reset ", " close", " cancel ", " pause ",
        " hedge ", " failover to ", " finish", " response ",
        // Modes.
        "config single", "config fallback", "config loadbalance",
        "config conditional", "config content-based", "config least-latency",
        "config least-busy", "config least-cost", "config cost-optimized",
        "config sticky", "config ab-test", "config canary", "config mirror",
        // How attempts and requests end.
        " OVERLOADED", " CIRCUIT_OPEN", " STREAM_IDLE", " ATTEMPT_TIMEOUT",
        " DEADLINE_EXCEEDED", " CANCELLED", " SHUTTING_DOWN",
        " PROVIDER_RATE_LIMITED", " PROVIDER_PROTOCOL_ERROR",
        // What providers do.
        " 429\n", " 429-until\n", " 500\n", " 503\n", " refused\n", " reset\n",
        " silence\n", " head-only\n", " slow\n", " cut\n", " stall\n",
        " unreadable\n", " error-event\n", " no-end-marker\n", " 400\n",
        " too-long\n", " policy\n", " 401\n", " 404\n", " redirect\n",
        " html\n", " prefill-refused from", " begins-anew from",
        " repeats from", " departs from"}) {
    EXPECT_THAT(all.find(what), testing::Ne(std::string::npos)) << what;
  }
}

TEST(SimulationTraceTest, IsAnotherForAnotherSeed) {
  EXPECT_NE(Simulate({.seed = 1}).trace, Simulate({.seed = 2}).trace);
}

}  // namespace
}  // namespace aigateway

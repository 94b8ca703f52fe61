#include "providers/simulator_faults.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

#include "providers/simulator_options.h"

namespace aigateway {
namespace {

constexpr absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

SimulatorFault Times(int64_t times, const std::string& key = "error") {
  SimulatorFault fault;
  fault.key = key;
  fault.times = times;
  return fault;
}

TEST(SimulatorFaultCountsTest, AppliesForEverUnlessToldOtherwise) {
  SimulatorFaultCounts counts;
  const SimulatorFault fault;
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(counts.Apply("a", fault, kNow + absl::Hours(i)));
  }
}

TEST(SimulatorFaultCountsTest, AppliesToSoManyRequestsOfEachInstanceAndKey) {
  SimulatorFaultCounts counts;
  EXPECT_TRUE(counts.Apply("a", Times(2), kNow));
  EXPECT_TRUE(counts.Apply("a", Times(2), kNow));
  EXPECT_FALSE(counts.Apply("a", Times(2), kNow));
  EXPECT_TRUE(counts.Apply("b", Times(2), kNow));
  EXPECT_TRUE(counts.Apply("a", Times(2, "other"), kNow));
  EXPECT_TRUE(counts.Apply("a", Times(3), kNow)) << "two of three were used";
  EXPECT_FALSE(counts.Apply("a", Times(3), kNow));
}

TEST(SimulatorFaultCountsTest, DoesNotMixUpNames) {
  SimulatorFaultCounts counts;
  EXPECT_TRUE(counts.Apply("a", Times(1, "b:c"), kNow));
  EXPECT_TRUE(counts.Apply("a:b", Times(1, "c"), kNow));
}

TEST(SimulatorFaultCountsTest, AppliesForAWhileFromItsFirstRequest) {
  SimulatorFaultCounts counts;
  SimulatorFault fault;
  fault.during = absl::Minutes(1);
  EXPECT_TRUE(counts.Apply("a", fault, kNow));
  EXPECT_TRUE(counts.Apply("a", fault, kNow + absl::Seconds(59)));
  EXPECT_FALSE(counts.Apply("a", fault, kNow + absl::Seconds(60)));
  EXPECT_TRUE(counts.Apply("b", fault, kNow + absl::Seconds(60)));
}

TEST(SimulatorFaultCountsTest, ForgetsTheOldestOfManyKeys) {
  SimulatorFaultCounts counts;
  const size_t keys =
      4 * SimulatorFaultCounts::kShards * SimulatorFaultCounts::kKeptPerShard;
  EXPECT_TRUE(counts.Apply("a", Times(1, "first"), kNow));
  for (size_t i = 0; i < keys; ++i) {
    counts.Apply("a", Times(1, absl::StrCat(i)), kNow);
  }
  EXPECT_TRUE(counts.Apply("a", Times(1, "first"), kNow));
  EXPECT_FALSE(counts.Apply("a", Times(1, absl::StrCat(keys - 1)), kNow));
}

TEST(SimulatorFaultCountsTest, CountsRequestsOfManyThreads) {
  SimulatorFaultCounts counts;
  std::atomic<int> applied = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        if (counts.Apply("a", Times(1234), kNow)) ++applied;
        counts.Apply("a", Times(1, absl::StrCat("key", i)), kNow);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(applied, 1234);
}

}  // namespace
}  // namespace aigateway

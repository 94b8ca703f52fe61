#include "tests/simulation/known_fault.h"

#include <cstdint>
#include <string>

#include "gtest/gtest.h"

#include "tests/simulation/simulation.h"

namespace aigateway {
namespace {

// Within so many seeds a fault must show.
constexpr uint64_t kSeeds = 60;

class KnownFaultTest : public testing::TestWithParam<KnownFault> {};

TEST_P(KnownFaultTest, IsFound) {
  uint64_t seed = 0;
  std::string found;
  while (found.empty() && seed < kSeeds) {
    const SimulationResult result =
        Simulate({.seed = ++seed, .known_fault = GetParam()});
    if (!result.broken.empty()) found = result.broken.front();
  }
  ASSERT_NE(found, "");
  RecordProperty("seed", static_cast<int>(seed));
  RecordProperty("found", found);
}

INSTANTIATE_TEST_SUITE_P(Faults, KnownFaultTest,
                         testing::ValuesIn(kKnownFaults),
                         [](const testing::TestParamInfo<KnownFault>& info) {
                           return std::string(NameOf(info.param));
                         });

}  // namespace
}  // namespace aigateway

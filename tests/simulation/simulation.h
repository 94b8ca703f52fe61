#ifndef AIGATEWAY_TESTS_SIMULATION_SIMULATION_H_
#define AIGATEWAY_TESTS_SIMULATION_SIMULATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulation/known_fault.h"

namespace aigateway {

struct SimulationOptions {
  uint64_t seed = 1;
  // For the test of the tests.
  KnownFault known_fault = KnownFault::kNone;
};

struct SimulationResult {
  // A line for each thing that happened. The same seed gives the same text.
  std::string trace;
  std::vector<std::string> broken;  // Invariants that did not hold.
  std::string config;               // YAML that it began with.
  int requests = 0;
  int exchanges = 0;
};

// Runs one simulation: a gateway as it is, on a loop that is polled by hand,
// with time, chance and providers made from the seed. The seed makes a
// configuration, some minutes of traffic, faults, reloads, and an
// administrator's hand; the invariants are checked at each step and when all
// is quiet.
SimulationResult Simulate(const SimulationOptions& options);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_SIMULATION_SIMULATION_H_

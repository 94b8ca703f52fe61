// Runs simulations by hand: one seed, or as many as there is time for.

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/usage.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/command_line.h"
#include "tests/simulation/known_fault.h"
#include "tests/simulation/simulation.h"

ABSL_FLAG(uint64_t, seed, 1, "The seed, or the first of them.");
ABSL_FLAG(uint64_t, seeds, 1, "How many seeds to run.");
ABSL_FLAG(bool, trace, false, "Print the configuration and the trace.");
ABSL_FLAG(std::string, fault, "",
          "A fault to put in on purpose, such as SlotLeak.");

namespace aigateway {
namespace {

// FNV-1a: to compare runs on other machines.
uint64_t Digest(const std::string& text, uint64_t digest) {
  for (const char byte : text) {
    digest = (digest ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
  }
  return digest;
}

// Returns the exit code.
int Run() {
  SimulationOptions options;
  for (const KnownFault fault : kKnownFaults) {
    if (NameOf(fault) == absl::GetFlag(FLAGS_fault))
      options.known_fault = fault;
  }
  const uint64_t first = absl::GetFlag(FLAGS_seed);
  const uint64_t seeds = absl::GetFlag(FLAGS_seeds);
  uint64_t failed = 0;
  uint64_t digest = 0xcbf29ce484222325u;
  int64_t requests = 0;
  int64_t exchanges = 0;
  for (uint64_t i = 0; i < seeds; ++i) {
    options.seed = first + i;
    const SimulationResult result = Simulate(options);
    digest = Digest(result.trace, digest);
    requests += result.requests;
    exchanges += result.exchanges;
    if (absl::GetFlag(FLAGS_trace)) {
      std::fputs(absl::StrCat(result.config, result.trace).c_str(), stdout);
    }
    if (!result.broken.empty()) ++failed;
    for (const std::string& broken : result.broken) {
      std::puts(absl::StrCat("seed ", options.seed, ": ", broken).c_str());
    }
    if ((i + 1) % 1000 == 0) {
      std::fputs(absl::StrCat(i + 1, " seeds, ", failed, " broken\n").c_str(),
                 stderr);
    }
  }
  std::puts(absl::StrCat(seeds, " seeds from ", first, ": ", failed,
                         " broken; ", requests, " requests, ", exchanges,
                         " exchanges; digest ", absl::Hex(digest))
                .c_str());
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace aigateway

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(
      "Simulates a gateway, its callers and providers.\n"
      "  simulate --seed=17 --trace\n"
      "  simulate --seeds=100000");
  aigateway::ParseFlagsOrExit(argc, argv);
  return aigateway::Run();
}

#ifndef AIGATEWAY_TESTS_SIMULATION_SIMULATED_CONFIG_H_
#define AIGATEWAY_TESTS_SIMULATION_SIMULATED_CONFIG_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "aigateway/v1/route.pb.h"
#include "gateway/base/random.h"
#include "tests/simulation/provider_wire.h"

namespace aigateway {

// One target and its instance, as a simulation's configuration has it.
struct SimulatedTarget {
  std::string name;
  Wire wire = Wire::kOpenAi;
  int keys = 1;
  double weight = 1;
  int attempts = 1;
  // The same as long as the simulation runs: budgets outlive reloads by it.
  double retry_budget = 0.2;
  absl::Duration max_backoff = absl::Seconds(10);
  std::vector<int> on_status_codes;
  absl::Duration first_token = absl::InfiniteDuration();
  absl::Duration idle = absl::Minutes(2);
  absl::Duration attempt = absl::Minutes(10);
  std::string breaker;  // YAML; empty: none.
  int half_open_max = 1;
  int max_in_flight = 0;    // 0: no bound.
  std::string concurrency;  // YAML; empty: none.
};

// A configuration, as text and as what the invariants need to know of it.
struct SimulatedConfig {
  std::vector<SimulatedTarget> targets;
  std::string mode = "fallback";
  std::string mode_settings;  // YAML of the mode's own; may be empty.
  // So many of the last targets form a group with a mode of its own.
  size_t grouped = 0;
  std::string group_mode;
  std::string mirror;  // The target that gets copies; may be empty.
  bool policy_fails_over = false;
  v1::OnInterruption on_interruption = v1::ON_INTERRUPTION_UNSPECIFIED;
  std::string hold_back;       // YAML; empty: none.
  std::string hedge;           // YAML; empty: none.
  double hedge_max_share = 0;  // 0: there are no hedges.

  // Null if it has none of that name.
  const SimulatedTarget* Find(absl::string_view name) const;
  std::string ToYaml() const;
};

SimulatedConfig DrawConfig(Random& random);
// Another configuration over the same instances, for a reload. Of the targets
// `keep` none goes.
SimulatedConfig ChangeConfig(const SimulatedConfig& all,
                             const std::vector<std::string>& keep,
                             Random& random);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_SIMULATION_SIMULATED_CONFIG_H_

#ifndef AIGATEWAY_TESTS_SIMULATION_EXCHANGE_RULES_H_
#define AIGATEWAY_TESTS_SIMULATION_EXCHANGE_RULES_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "aigateway/v1/route.pb.h"
#include "tests/simulation/simulated_config.h"
#include "tests/simulation/simulated_providers.h"

namespace aigateway {

// An exchange that was made for a request.
struct PastExchange {
  SimulatedExchange exchange;
  bool open = true;
  absl::Time end;
  bool delivered = false;  // The gateway read the answer to its end.
};

// What was seen of one request so far.
struct RequestHistory {
  std::shared_ptr<const SimulatedConfig> config;  // That it began with.
  bool stream = false;
  absl::Time deadline = absl::InfiniteFuture();
  v1::OnInterruption on_interruption = v1::ON_INTERRUPTION_FAIL;  // It gets.
  std::optional<absl::Time> cancelled;
  bool begun = false;  // Something was handed over to the caller.
  bool ended = false;
  bool hedged = false;
  std::vector<PastExchange> exchanges;  // Copies to a mirror too.

  // Whether an exchange with `target` is a copy that nobody waits for.
  bool IsCopy(const SimulatedExchange& exchange) const {
    return !config->mirror.empty() && exchange.target == config->mirror;
  }
  // The latest exchange of which `exchange`, which begins, is a repetition;
  // null if it is none.
  const PastExchange* RepeatedBy(const SimulatedExchange& exchange) const;
};

// Which rule is broken when `exchange` begins at `now`: the caller's time, what
// may be asked again, and of whom. Empty if none is. The history does not have
// it yet.
std::string BrokenByStart(const RequestHistory& history,
                          const SimulatedExchange& exchange, absl::Time now);

// Whether `exchange`, which begins at `now`, shows that the gateway hedged: one
// of its own free will, not since a target failed or passed its first-token
// limit.
bool ShowsHedge(const RequestHistory& history,
                const SimulatedExchange& exchange, absl::Time now);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_SIMULATION_EXCHANGE_RULES_H_

#ifndef AIGATEWAY_PROVIDERS_SIMULATOR_SERVER_H_
#define AIGATEWAY_PROVIDERS_SIMULATOR_SERVER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/net/http_message.h"
#include "gateway/net/simulated_http_client.h"
#include "providers/simulator_faults.h"

namespace aigateway {

// The header by which an instance tells the simulator who it is and what its
// options are: a JSON object with `instance` and `options`.
inline constexpr absl::string_view kSimulatorHeader = "x-simulator-instance";

// The server side of the simulator: an OpenAI-speaking server in a function.
//
// POST .../chat/completions and .../embeddings are answered by
// docs/simulator.md, GET .../models by a listing, all else by 404. Trusts
// nothing in the request. Thread-safe; what it remembers (how often a fault has
// applied) is in `counts`.
SimulatedAnswer AnswerAsSimulator(const HttpRequest& request, absl::Time now,
                                  SimulatorFaultCounts& counts);

// The same with the counts of the process: what a SimulatedHttpClient is made
// with, one for each loop.
SimulatedAnswer AnswerAsSimulator(const HttpRequest& request, absl::Time now);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_SIMULATOR_SERVER_H_

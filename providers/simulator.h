#ifndef AIGATEWAY_PROVIDERS_SIMULATOR_H_
#define AIGATEWAY_PROVIDERS_SIMULATOR_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/config/v1/config.pb.h"
#include "providers/dialect.h"
#include "providers/provider.h"

namespace aigateway {

// The provider type "simulator": OpenAI's codec over a server in memory, so
// that whoever has no key yet, or wants to rehearse a failure, runs through the
// same code as with a real provider. docs/simulator.md says what it answers.
//
// Its URLs are simulator://; a loop's HttpClient gives them to what the type's
// `make_responder` makes (RoutingHttpClient).
inline constexpr absl::string_view kSimulatorUrl = "simulator://local/v1";

// What the simulator has of OpenAI's dialect.
const Dialect& SimulatorDialect();

// Makes one instance. Fails with INVALID_CONFIG and one violation for each
// fault: an unknown or ill-typed option, or a base URL, for it has none.
absl::StatusOr<std::unique_ptr<Provider>> CreateSimulator(
    const config::v1::ProviderConfig& config);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_SIMULATOR_H_

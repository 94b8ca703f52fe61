#ifndef AIGATEWAY_PROVIDERS_CAPABILITY_PROBE_H_
#define AIGATEWAY_PROVIDERS_CAPABILITY_PROBE_H_

#include <string>
#include <vector>

#include "absl/base/call_once.h"

#include "aigateway/v1/admin.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "providers/provider.h"

namespace aigateway {

// What a provider instance makes of what a request can say.
struct ProbedCapabilities {
  v1::ModelCapabilities features;
  std::vector<v1::ParameterSupport> parameters;  // Always in the same order.
};

// Finds it by trying, so that it cannot differ from what is done: `codec`
// writes a request for each parameter and each of `models`, the provider's own
// names, and nobody sends it. Of several models the one that takes most counts.
// Takes some microseconds for each. Thread-safe.
ProbedCapabilities ProbeCapabilities(const Provider& codec,
                                     const std::vector<std::string>& models);

// The same for one codec, found when it is first asked for. Thread-safe.
class CapabilityMemo {
 public:
  // With the same arguments each time.
  const ProbedCapabilities& Of(const Provider& codec,
                               const std::vector<std::string>& models) const;

 private:
  mutable absl::once_flag once_;
  mutable ProbedCapabilities probed_;
};

// Names to try for an instance that lists none: the vendor's own, and some of
// which a codec may know what such models take. `type` may be null.
std::vector<std::string> ModelsToProbe(const ProviderType* type);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_CAPABILITY_PROBE_H_

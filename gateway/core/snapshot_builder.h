#ifndef AIGATEWAY_GATEWAY_CORE_SNAPSHOT_BUILDER_H_
#define AIGATEWAY_GATEWAY_CORE_SNAPSHOT_BUILDER_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "gateway/base/log.h"
#include "gateway/base/registry.h"
#include "gateway/config/secrets.h"
#include "gateway/config/vocabulary.h"
#include "gateway/core/carried_state.h"
#include "gateway/core/config_source.h"
#include "gateway/core/plugin_chain.h"
#include "gateway/core/snapshot.h"
#include "gateway/observe/request_observer.h"
#include "plugins/plugin.h"
#include "providers/provider.h"
#include "strategies/strategy.h"

namespace aigateway {

// What snapshots are built from beside a configuration. All that is borrowed
// must outlive the builder and its snapshots.
struct BuildInputs {
  const Registry<ProviderType>* provider_types = nullptr;
  const Registry<StrategyMode>* modes = nullptr;
  const Registry<PluginKind>* plugin_kinds = nullptr;
  const SecretSource* secrets = nullptr;
  const Logger* logger = nullptr;
  std::vector<RequestObserver*> observers;
  // What a program registered by hand.
  std::map<std::string, std::shared_ptr<const Provider>> providers;
  std::vector<PluginChain::Entry> plugins;
};

// What a configuration may speak of, by what is registered.
Vocabulary MakeVocabulary(const BuildInputs& inputs);

// Builds a whole snapshot, or fails and leaves nothing behind: INVALID_CONFIG
// with one violation for each fault, in one go. State is found in `states` by
// what it measures.
absl::StatusOr<std::unique_ptr<Snapshot>> BuildSnapshot(
    const ConfigSource& source, const BuildInputs& inputs, CarriedState& states,
    absl::Time now);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_SNAPSHOT_BUILDER_H_

#ifndef AIGATEWAY_GATEWAY_CORE_SNAPSHOT_H_
#define AIGATEWAY_GATEWAY_CORE_SNAPSHOT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "aigateway/config/v1/config.pb.h"
#include "aigateway/v1/admin.pb.h"
#include "gateway/core/model_catalog.h"
#include "gateway/core/plugin_chain.h"
#include "gateway/core/target.h"
#include "gateway/core/target_group.h"
#include "gateway/core/walk_rules.h"

namespace aigateway {

class AuthTable;

// One configuration and all that was built from it. Immutable; a request keeps
// the one it began with, a reload makes another.
class Snapshot {
 public:
  struct Parts {
    config::v1::GatewayConfig
        config;  // Unexpanded: no secret but literal ones.
    std::string revision;
    v1::ConfigOrigin origin = v1::CONFIG_ORIGIN_UNSPECIFIED;
    std::string path;
    absl::Time load_time;
    std::vector<std::shared_ptr<const ProviderInstance>> instances;
    std::vector<std::unique_ptr<Target>> targets;  // Of groups too.
    absl::flat_hash_map<std::string, std::string> aliases;
    TargetGroup root;
    WalkRules walk;
    std::vector<PluginChain::Entry> plugins;
    const Logger* logger = nullptr;
    std::vector<RequestObserver*> observers;
    std::shared_ptr<const AuthTable> auth;
  };
  explicit Snapshot(Parts parts);
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  const config::v1::GatewayConfig& config() const { return parts_.config; }
  const std::string& revision() const { return parts_.revision; }
  v1::ConfigOrigin origin() const { return parts_.origin; }
  const std::string& path() const { return parts_.path; }
  absl::Time load_time() const { return parts_.load_time; }

  const std::vector<std::shared_ptr<const ProviderInstance>>& instances()
      const {
    return parts_.instances;
  }
  // In the order of the config, those of a group where it stands.
  const std::vector<std::unique_ptr<Target>>& targets() const {
    return parts_.targets;
  }
  // Returns null if there is none.
  const Target* FindTarget(absl::string_view name) const;
  // The same of groups.
  const TargetGroup* FindGroup(absl::string_view name) const;
  // The tree of targets, with the strategy of the whole.
  const TargetGroup& root() const { return parts_.root; }

  const ModelCatalog& catalog() const { return catalog_; }
  const WalkRules& walk() const { return parts_.walk; }
  const PluginChain& plugins() const { return plugins_; }
  // Null if no key is asked for.
  const std::shared_ptr<const AuthTable>& auth() const { return parts_.auth; }

 private:
  Parts parts_;
  const PluginChain plugins_;
  const ModelCatalog catalog_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_SNAPSHOT_H_

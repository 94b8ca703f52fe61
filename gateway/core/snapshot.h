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
#include "gateway/core/walk_rules.h"
#include "strategies/strategy.h"

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
    std::vector<std::unique_ptr<Target>> targets;
    absl::flat_hash_map<std::string, std::string> aliases;
    std::string mode;
    std::unique_ptr<Strategy> strategy;
    WalkRules walk;
    std::vector<PluginChain::Entry> plugins;
    const Logger* logger = nullptr;
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
  const std::vector<std::unique_ptr<Target>>& targets() const {
    return parts_.targets;
  }
  // Returns null if there is none.
  const Target* FindTarget(absl::string_view name) const;

  const ModelCatalog& catalog() const { return catalog_; }
  const std::string& mode() const { return parts_.mode; }
  const Strategy& strategy() const { return *parts_.strategy; }
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

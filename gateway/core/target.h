#ifndef AIGATEWAY_GATEWAY_CORE_TARGET_H_
#define AIGATEWAY_GATEWAY_CORE_TARGET_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "aigateway/v1/admin.pb.h"
#include "gateway/core/caller.h"
#include "gateway/core/discovered_models.h"
#include "gateway/core/target_stats.h"
#include "gateway/core/target_switch.h"
#include "gateway/net/http_message.h"
#include "gateway/resilience/breaker_set.h"
#include "gateway/resilience/concurrency_bound.h"
#include "gateway/resilience/key_ring.h"
#include "providers/capability_probe.h"
#include "providers/provider.h"

namespace aigateway {

// A provider's API with one set of credentials: what `providers` declares, or
// what an environment variable switched on. Immutable but for its key ring.
struct ProviderInstance {
  std::string name;
  std::string type;
  std::shared_ptr<const Provider> codec;
  std::shared_ptr<KeyRing> keys;
  HttpHeaders headers;  // Sent with every request, secrets included.
  bool http2 = true;
  // Names that the instance serves, as the config lists them; empty: any, or
  // those of `patterns`.
  std::vector<std::string> models;
  // For an instance found by its environment variable: the vendor's names.
  std::vector<std::string> patterns;
  absl::flat_hash_map<std::string, std::string> model_map;
  // What its vendor says it serves; never null in a snapshot.
  std::shared_ptr<DiscoveredModels> discovered;
  CapabilityMemo capabilities;  // What its codec makes of parameters.
  v1::ProviderSource source = v1::PROVIDER_SOURCE_CONFIG;
  std::string environment_variable;
};

// Whether `name` is `pattern`, or begins with it up to a final '*'.
bool MatchesPattern(absl::string_view name, absl::string_view pattern);

// Limits of time on calls to a target.
struct TargetTimeouts {
  absl::Duration connect = absl::Seconds(5);
  // For the first event of a stream; then another target is asked too.
  absl::Duration first_token = absl::InfiniteDuration();
  absl::Duration idle = absl::Minutes(2);
  absl::Duration attempt = absl::Minutes(10);
};

// A provider instance that a route may use. Immutable but for its statistics.
class Target {
 public:
  struct Options {
    std::string name;
    double weight = 1;
    std::string label;                // Empty: it has none.
    std::string variant;              // What RouteInfo shows; may be empty.
    std::vector<std::string> models;  // Empty: what the instance serves.
    TargetTimeouts timeouts;
    std::shared_ptr<BreakerSet> breakers;     // Null: it has none.
    std::shared_ptr<ConcurrencyBound> bound;  // Null: it has none.
    // Null: nobody can drain it.
    std::shared_ptr<TargetSwitch> admin_switch;
    absl::Duration longest_wait = absl::Seconds(10);  // `max_backoff`.
  };
  Target(Options options, std::shared_ptr<const ProviderInstance> instance,
         std::shared_ptr<TargetStats> stats, std::unique_ptr<Caller> caller);

  const std::string& name() const { return options_.name; }
  double weight() const { return options_.weight; }
  // Whether it gets nothing: by its weight or an administrator's word, which
  // may come at any time.
  bool drained() const {
    return options_.weight == 0 || (options_.admin_switch != nullptr &&
                                    options_.admin_switch->drained());
  }
  // Null if nobody can drain it.
  TargetSwitch* admin_switch() const { return options_.admin_switch.get(); }
  const std::string& label() const { return options_.label; }
  const std::string& variant() const { return options_.variant; }
  const TargetTimeouts& timeouts() const { return options_.timeouts; }
  const ProviderInstance& instance() const { return *instance_; }
  // Null if it has no breaker.
  BreakerSet* breakers() const { return options_.breakers.get(); }
  // Null if it has no bound.
  ConcurrencyBound* bound() const { return options_.bound.get(); }
  TargetStats& stats() const { return *stats_; }
  Caller& caller() const { return *caller_; }

  // Models by name that this target lists; empty if it takes any, or whatever
  // fits patterns().
  const std::vector<std::string>& listed_models() const;
  const std::vector<std::string>& patterns() const {
    return instance_->patterns;
  }
  // Whether it serves `model`, as callers name it.
  bool Serves(absl::string_view model) const;
  // Whether it serves any name at all.
  bool ServesAnything() const;
  // The provider's name for `model`.
  std::string UpstreamModel(absl::string_view model) const;
  // How long a request may wait for it to be asked again.
  absl::Duration longest_wait() const { return options_.longest_wait; }

 private:
  const Options options_;
  const std::shared_ptr<const ProviderInstance> instance_;
  const std::shared_ptr<TargetStats> stats_;
  const std::unique_ptr<Caller> caller_;
  absl::flat_hash_set<std::string> model_set_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_TARGET_H_

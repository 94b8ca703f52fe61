#ifndef AIGATEWAY_GATEWAY_CORE_MODEL_CATALOG_H_
#define AIGATEWAY_GATEWAY_CORE_MODEL_CATALOG_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/core/target.h"

namespace aigateway {

// Fills in what is known of a model (`resolved`) that `targets` serve: their
// names, and the first price that is known among them.
void DescribeServing(const std::vector<const Target*>& targets,
                     absl::string_view resolved, v1::Model& model);

// Which targets serve which model, and which names stand for others. Made for
// one snapshot; immutable.
class ModelCatalog {
 public:
  // `targets` in the order of the config; they must outlive this object.
  ModelCatalog(const std::vector<std::unique_ptr<Target>>& targets,
               absl::flat_hash_map<std::string, std::string> aliases);

  // `model` itself, or what it is an alias of.
  absl::string_view Resolve(absl::string_view model) const;

  // The targets that serve `model` (resolved), in the order of the config.
  // Those that list it, or take any name, or found by environment: the first
  // vendor whose names it fits; an aggregator only if no vendor before it
  // claims the name.
  std::vector<const Target*> TargetsFor(absl::string_view model) const;

  // Models that are known by name, aliases included, sorted by id. A target
  // that takes any name adds none.
  const std::vector<v1::Model>& models() const { return models_; }

 private:
  void AddModel(absl::string_view id, absl::string_view alias_of);

  std::vector<const Target*> targets_;
  absl::flat_hash_map<std::string, std::string> aliases_;
  // Targets that list models by name, for look-up in constant time.
  absl::flat_hash_map<std::string, std::vector<int>> listed_;
  std::vector<int> unlisted_;  // Targets that list none.
  std::vector<v1::Model> models_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_MODEL_CATALOG_H_

#ifndef AIGATEWAY_GATEWAY_CORE_INSTANCE_BUILDER_H_
#define AIGATEWAY_GATEWAY_CORE_INSTANCE_BUILDER_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/base/registry.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/field_path.h"
#include "gateway/config/secrets.h"
#include "gateway/config/vocabulary.h"
#include "gateway/core/carried_state.h"
#include "gateway/core/target.h"
#include "providers/provider.h"

namespace aigateway {

// Makes provider instances: variables expanded, codec created, keys gathered.
// All that it borrows must outlive it.
class InstanceBuilder {
 public:
  InstanceBuilder(const Registry<ProviderType>& types,
                  const SecretSource& secrets,
                  const EnvironmentFunction& environment, CarriedState& states)
      : types_(types),
        secrets_(secrets),
        environment_(environment),
        states_(states) {}

  // The instance that `config`, which stands at `path`, declares. What is wrong
  // is reported; then null.
  std::shared_ptr<const ProviderInstance> Declared(
      const config::v1::ProviderConfig& config, const FieldPath& path,
      FaultReport& report) const;

  // The instance that an environment variable switched on: null if `type` is
  // unknown or none of its variables is set. A bad value is a fault at `path`.
  std::shared_ptr<const ProviderInstance> Undeclared(absl::string_view type,
                                                     const FieldPath& path,
                                                     FaultReport& report) const;

  // An instance of a provider that a program registered.
  static std::shared_ptr<const ProviderInstance> Registered(
      absl::string_view name, std::shared_ptr<const Provider> provider);

 private:
  std::shared_ptr<ProviderInstance> Make(
      const config::v1::ProviderConfig& config, const ProviderType& type,
      const FieldPath& path, FaultReport& report) const;

  const Registry<ProviderType>& types_;
  const SecretSource& secrets_;
  const EnvironmentFunction& environment_;
  CarriedState& states_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_INSTANCE_BUILDER_H_

#include "gateway/config/validate.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/check_access.h"
#include "gateway/config/check_plugins.h"
#include "gateway/config/check_providers.h"
#include "gateway/config/check_strategy.h"
#include "gateway/config/check_targets.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/source_map.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {

void ValidateConfig(const config::v1::GatewayConfig& config,
                    const SourceMap& places, const Vocabulary& vocabulary,
                    Faults& faults) {
  FaultReport report(&places, &faults);
  CheckProviders(config, vocabulary, report);
  CheckTargets(config, vocabulary, report);
  const FieldPath root;
  CheckStrategy(config.strategy(), config.targets(), vocabulary,
                root.Key("strategy"), report);
  CheckAliases(config, report);
  CheckAuth(config, report);
  CheckPlugins(config, vocabulary, report);
}

}  // namespace aigateway

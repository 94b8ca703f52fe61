#ifndef AIGATEWAY_GATEWAY_CONFIG_CHECK_STRATEGY_H_
#define AIGATEWAY_GATEWAY_CONFIG_CHECK_STRATEGY_H_

#include "google/protobuf/repeated_ptr_field.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/field_path.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {

// Checks how one of `targets` is chosen: see ValidateConfig(). `path` is where
// the strategy stands.
void CheckStrategy(
    const config::v1::StrategyConfig& strategy,
    const google::protobuf::RepeatedPtrField<config::v1::TargetConfig>& targets,
    const Vocabulary& vocabulary, const FieldPath& path, FaultReport& report);
// The same for a group's, which says less.
void CheckGroupStrategy(
    const config::v1::StrategyConfig& strategy,
    const google::protobuf::RepeatedPtrField<config::v1::TargetConfig>& targets,
    const Vocabulary& vocabulary, const FieldPath& path, FaultReport& report);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_CHECK_STRATEGY_H_

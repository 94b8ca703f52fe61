#ifndef AIGATEWAY_GATEWAY_CONFIG_VALIDATE_H_
#define AIGATEWAY_GATEWAY_CONFIG_VALIDATE_H_

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/faults.h"
#include "gateway/config/source_map.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {

// Checks what the schema cannot say: names are unique and refer to something,
// numbers are in range, durations positive, URLs, headers and keys well-formed,
// required fields there. Adds every fault with its place. Does no I/O but for
// `vocabulary.environment`. What has `${VAR}` in it is checked once it is
// expanded (ExpandVariables()).
void ValidateConfig(const config::v1::GatewayConfig& config,
                    const SourceMap& places, const Vocabulary& vocabulary,
                    Faults& faults);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_VALIDATE_H_

#ifndef AIGATEWAY_GATEWAY_CONFIG_DEFAULT_CONFIG_H_
#define AIGATEWAY_GATEWAY_CONFIG_DEFAULT_CONFIG_H_

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {

// The configuration of a gateway that was given none: every provider type whose
// usual variable is set, in the order of `vocabulary`, as targets of mode
// `fallback`, and behind them the simulator, which serves its own models only.
config::v1::GatewayConfig DefaultConfig(const Vocabulary& vocabulary);

// Fills in what a configuration leaves to the gateway: without targets all of
// its providers in order, or without these either those of DefaultConfig();
// without a mode `fallback`.
void FillInDefaults(const Vocabulary& vocabulary,
                    config::v1::GatewayConfig* config);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_DEFAULT_CONFIG_H_

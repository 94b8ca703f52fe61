#ifndef AIGATEWAY_GATEWAY_CORE_TARGET_PRICE_H_
#define AIGATEWAY_GATEWAY_CORE_TARGET_PRICE_H_

#include "absl/strings/string_view.h"

#include "gateway/core/model_prices.h"
#include "gateway/core/target.h"

namespace aigateway {

// What `upstream_model` costs at `instance`; null if that is not known.
const ModelPrice* PriceOf(const ProviderInstance& instance,
                          absl::string_view upstream_model);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_TARGET_PRICE_H_

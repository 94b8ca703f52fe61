#include "gateway/core/target_price.h"

namespace aigateway {

const ModelPrice* PriceOf(const ProviderInstance& instance,
                          absl::string_view upstream_model) {
  if (instance.codec == nullptr ||
      !IsVendorsOwn(instance.type, instance.codec->base_url())) {
    return nullptr;
  }
  return FindModelPrice(instance.type, upstream_model);
}

}  // namespace aigateway

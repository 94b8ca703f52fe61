#ifndef AIGATEWAY_GATEWAY_CORE_MODEL_PRICES_H_
#define AIGATEWAY_GATEWAY_CORE_MODEL_PRICES_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"

#include "aigateway/v1/gateway.pb.h"

namespace aigateway {

// What a provider charges for a model by its public list, in micro-USD for a
// million tokens. Batches, service tiers and contracts cost less or more.
struct ModelPrice {
  absl::string_view provider;  // Its type.
  absl::string_view model;     // As the provider names it.
  int64_t input;
  std::optional<int64_t> cached_input;  // Unset: not known, or none.
  std::optional<int64_t> cache_write;   // The shortest-lived kind.
  int64_t output;
  absl::string_view source;  // The page that says so.
  absl::string_view as_of;   // When it did, YYYY-MM-DD.
};

// Returns null if the vendor's price is not known: it is never guessed, not
// even from a model of nearly the same name. Valid for ever.
const ModelPrice* FindModelPrice(absl::string_view provider,
                                 absl::string_view model);

// Whether `base_url` is the vendor's own, whose list the prices are of: what
// stands elsewhere (a proxy, a server of one's own) may cost anything.
bool IsVendorsOwn(absl::string_view provider, absl::string_view base_url);

// The same as ListModels shows it.
v1::ModelPrices DescribePrice(const ModelPrice& price);

// All that is known, by provider and model.
std::vector<ModelPrice> KnownModelPrices();

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_MODEL_PRICES_H_

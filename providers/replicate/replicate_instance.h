#ifndef AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_INSTANCE_H_
#define AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_INSTANCE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/net/http_message.h"
#include "providers/parameter_policy.h"
#include "providers/provider.h"
#include "providers/redactor.h"

namespace aigateway {

// The settings of one instance of the type, checked, and the requests that are
// made of them.
struct ReplicateInstance {
  std::string base_url;  // With its version, without a slash after.
  OnUnsupported on_unsupported = OnUnsupported::kDropHints;
  bool http2 = true;
  std::vector<std::pair<std::string, std::string>> headers;  // By name.
  Redactor redactor;

  // Fails with INVALID_CONFIG and one violation for each fault: an unusable
  // base URL, any option (the type has none), an unknown `on_unsupported`.
  static absl::StatusOr<ReplicateInstance> Create(
      const config::v1::ProviderConfig& config);

  // Begins a request to `path`, which is below the base URL.
  HttpRequest NewRequest(absl::string_view method, absl::string_view path,
                         absl::string_view credential) const;

  // The exchange that asks again for the prediction `id`, at the place where it
  // is by the API; what answers say of that is not followed. nullopt if `id` is
  // none.
  std::optional<NextExchange> Poll(absl::string_view id,
                                   absl::string_view credential) const;
  // The exchange for the stream of the prediction `id`, at `url`. That is on
  // the host of the base URL, which is sent the credential, or on one of
  // Replicate's own, which needs none. nullopt for another, or if `id` is none.
  std::optional<NextExchange> Stream(absl::string_view id,
                                     absl::string_view url,
                                     absl::string_view credential) const;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_INSTANCE_H_

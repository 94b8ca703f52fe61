#ifndef AIGATEWAY_PROVIDERS_ANTHROPIC_INSTANCE_H_
#define AIGATEWAY_PROVIDERS_ANTHROPIC_INSTANCE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/net/http_message.h"
#include "providers/parameter_policy.h"
#include "providers/redactor.h"

namespace aigateway {

// One declared instance: its settings, checked. Immutable.
struct AnthropicInstance {
  // How the credential is sent.
  enum class Auth {
    kByForm,  // A token of OAuth ("sk-ant-oat...") as Bearer, else x-api-key.
    kApiKey,  // Option `auth`: x-api-key.
    kBearer,  // Option `auth`: bearer.
  };

  std::string base_url;  // With its "/v1", without a slash at the end.
  std::vector<std::pair<std::string, std::string>> headers;  // By name.
  OnUnsupported on_unsupported = OnUnsupported::kDropHints;
  bool http2 = true;
  Auth auth = Auth::kByForm;
  Redactor redactor;

  // Fails with INVALID_CONFIG and a violation for each fault.
  static absl::StatusOr<AnthropicInstance> Create(
      const config::v1::ProviderConfig& config);

  // A request to `path` ("/messages") with every header that it needs, those
  // of the config last. `betas` are joined by those of the config.
  HttpRequest NewRequest(absl::string_view method, absl::string_view path,
                         absl::string_view credential,
                         std::vector<std::string> betas) const;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ANTHROPIC_INSTANCE_H_

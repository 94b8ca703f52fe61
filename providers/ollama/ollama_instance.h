#ifndef AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_INSTANCE_H_
#define AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_INSTANCE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/net/http_message.h"
#include "providers/parameter_policy.h"
#include "providers/prefill.h"
#include "providers/redactor.h"

namespace aigateway {

// The settings of one instance of the type, checked.
struct OllamaInstance {
  std::string base_url;  // Without /api, /v1 and a slash after.
  OnUnsupported on_unsupported = OnUnsupported::kDropHints;
  Prefill prefill = Prefill::kUnknown;
  bool http2 = true;
  std::vector<std::pair<std::string, std::string>> headers;  // By name.
  Redactor redactor;

  // Fails with INVALID_CONFIG and one violation for each fault. A base URL may
  // be written as OLLAMA_HOST is, without a scheme or port ("127.0.0.1:11434",
  // "localhost", ":9"), and may or may not end in /v1 or /api.
  static absl::StatusOr<OllamaInstance> Create(
      const config::v1::ProviderConfig& config);

  // Begins a request to `path`, which is below the base URL.
  HttpRequest NewRequest(absl::string_view method, absl::string_view path,
                         absl::string_view credential,
                         absl::string_view accept) const;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_INSTANCE_H_

#ifndef AIGATEWAY_PROVIDERS_OPENAI_INSTANCE_H_
#define AIGATEWAY_PROVIDERS_OPENAI_INSTANCE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/config/v1/config.pb.h"
#include "providers/dialect.h"
#include "providers/entra_client.h"
#include "providers/parameter_policy.h"
#include "providers/redactor.h"

namespace aigateway {

// One declared instance of a vendor that speaks OpenAI's dialect: its row and
// its settings, checked. Immutable.
struct OpenAiInstance {
  const Dialect* dialect = nullptr;  // Must outlive this object.
  std::string type;                  // What `provider_options` are found by.
  std::string base_url;              // Without a slash at the end.
  std::vector<std::pair<std::string, std::string>> headers;
  OnUnsupported on_unsupported = OnUnsupported::kDropHints;
  bool http2 = true;
  std::string deployment;   // Option: the name to ask for. Empty: the model's.
  std::string api_version;  // Option: of Azure's older paths. Empty: v1.
  EntraClient entra;        // Options: who asks for tokens where no key is set.
  std::optional<OpenAiApi> api;         // Option. Unset: by request.
  Prefill prefill = Prefill::kUnknown;  // Option, else the row's.
  Redactor redactor;

  // Fails with INVALID_CONFIG and a violation for each fault.
  static absl::StatusOr<OpenAiInstance> Create(
      const Dialect& dialect, const config::v1::ProviderConfig& config);

  // The URL of chat completions for `model`, the deployment if there is one.
  std::string ChatUrl(absl::string_view model) const;
  // The URL of the Responses API.
  std::string ResponsesUrl() const;
  // The URL of the page `page_token` of the models; empty if there is none.
  std::string ModelsUrl(absl::string_view page_token) const;
  // The URL of embeddings for `model`, where the vendor has them.
  std::string EmbeddingsUrl(absl::string_view model) const;
  // The URL of `path` where `api_version` is set.
  std::string VersionedUrl(absl::string_view model,
                           absl::string_view path) const;
  // The base URL as `path` goes on from it: both may have the version.
  absl::string_view BaseFor(absl::string_view path) const;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OPENAI_INSTANCE_H_

#ifndef AIGATEWAY_PROVIDERS_ANTHROPIC_REQUEST_H_
#define AIGATEWAY_PROVIDERS_ANTHROPIC_REQUEST_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/parameter_policy.h"
#include "providers/provider.h"

namespace aigateway {

// A request to the Messages API, but for its URL and credential.
struct AnthropicRequest {
  std::string body;                // JSON.
  std::vector<std::string> betas;  // Of the header anthropic-beta.
};

// Writes `chat` for `options.model`; what was translated less than exactly is
// told in `options.warnings`. Of `chat.provider_options.anthropic` two members
// are not sent as they are: `server_tools`, tools of Anthropic's own, and
// `anthropic_beta`, a word or a list of words for the header.
//
// A cloud that serves Claude names the model in the URL: with `version` the
// body says which version of the API it is, and no model.
//
// Fails with INVALID_REQUEST or UNSUPPORTED_PARAMETER and the field's path.
absl::StatusOr<AnthropicRequest> WriteAnthropicRequest(
    const v1::ChatRequest& chat, const CallOptions& options,
    OnUnsupported on_unsupported, absl::string_view version = {});

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ANTHROPIC_REQUEST_H_

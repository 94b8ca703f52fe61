#ifndef AIGATEWAY_PROVIDERS_OAUTH_TOKEN_H_
#define AIGATEWAY_PROVIDERS_OAUTH_TOKEN_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/env.h"
#include "gateway/base/scope.h"
#include "gateway/base/secret.h"
#include "gateway/base/task.h"
#include "gateway/net/http_message.h"
#include "providers/credential.h"

namespace aigateway {

// What a token endpoint is asked.
struct TokenQuestion {
  HttpRequest request;
  // What is tried, for messages: "the client abc at https://login.example".
  std::string what;
  std::vector<Secret> secrets;  // Are in the request, must be in no message.
  absl::Duration limit = absl::Seconds(8);
};

// Asks for an access token and reads the answer (RFC 6749, 5.1; what it says of
// a failure, 5.2). An answer that does not say how long its token lives is
// taken to mean five minutes. PROVIDER_AUTH_FAILED, or scope.status().
Task<absl::StatusOr<Credential>> FetchOAuthToken(Scope& scope, const Env& env,
                                                 TokenQuestion question);

// One field of a form: "name=value", percent-encoded.
std::string FormField(absl::string_view name, absl::string_view value);

// PROVIDER_AUTH_FAILED: what was tried and why there is no token.
absl::Status NoAccessToken(absl::string_view what, absl::string_view why);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OAUTH_TOKEN_H_

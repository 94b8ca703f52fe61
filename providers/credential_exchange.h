#ifndef AIGATEWAY_PROVIDERS_CREDENTIAL_EXCHANGE_H_
#define AIGATEWAY_PROVIDERS_CREDENTIAL_EXCHANGE_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "gateway/base/env.h"
#include "gateway/base/scope.h"
#include "gateway/base/task.h"
#include "gateway/net/http_message.h"

namespace aigateway {

// The most that is kept of an answer with a credential.
inline constexpr size_t kMaxCredentialBytes = size_t{64} * 1024;

// Sends `request`, by HTTP/1.1, and returns the whole answer, whatever its
// status. Fails as HttpClient::Send() does, with PROVIDER_UNAVAILABLE if there
// is no answer within `limit`, and with PROVIDER_PROTOCOL_ERROR for more than
// kMaxCredentialBytes. `request` must outlive the call.
Task<absl::StatusOr<HttpResponse>> ExchangeForCredential(Scope& scope,
                                                         const Env& env,
                                                         HttpRequest& request,
                                                         absl::Duration limit);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_CREDENTIAL_EXCHANGE_H_

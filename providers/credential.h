#ifndef AIGATEWAY_PROVIDERS_CREDENTIAL_H_
#define AIGATEWAY_PROVIDERS_CREDENTIAL_H_

#include <memory>
#include <string>

#include "absl/time/time.h"

#include "gateway/base/secret.h"

namespace aigateway {

// What a service of identity gives out, for a while: a token, or a pair of keys
// to sign with, and the token that belongs to them.
struct Credential {
  std::string id;  // The public half of a pair (AWS: AKIA...); else empty.
  Secret secret;   // The other half; else empty.
  Secret token;    // What is sent. Empty for a pair that needs none.
  absl::Time expiry = absl::InfiniteFuture();
};

// Shared by the requests that are signed with it and whoever keeps it.
using SharedCredential = std::shared_ptr<const Credential>;

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_CREDENTIAL_H_

#ifndef AIGATEWAY_PROVIDERS_CREDENTIAL_IDENTITY_H_
#define AIGATEWAY_PROVIDERS_CREDENTIAL_IDENTITY_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace aigateway {

// Tells credentials apart by what they are made of: 64 hex digits, the same for
// the same `parts` in the same order. A digest (SHA-256), since secrets are
// among the parts.
std::string CredentialIdentity(absl::Span<const absl::string_view> parts);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_CREDENTIAL_IDENTITY_H_

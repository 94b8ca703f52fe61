#ifndef AIGATEWAY_PROVIDERS_VERTEX_JWT_H_
#define AIGATEWAY_PROVIDERS_VERTEX_JWT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "gateway/base/secret.h"

namespace aigateway {

// Signs a JSON Web Token with RS256 (RFC 7515, 3.1; RFC 7518, 3.3): `header`
// and `claims` are JSON texts, the header says so itself. `key` is an RSA key
// in PEM, not encrypted. Fails with a plain InvalidArgument that has nothing of
// the key. Takes about a millisecond.
absl::StatusOr<std::string> SignJwt(const Secret& key, absl::string_view header,
                                    absl::string_view claims);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_VERTEX_JWT_H_

#ifndef AIGATEWAY_GATEWAY_SERVER_AUTH_H_
#define AIGATEWAY_GATEWAY_SERVER_AUTH_H_

#include "absl/status/statusor.h"

#include "gateway/core/auth_table.h"
#include "gateway/core/request_context.h"
#include "gateway/server/call_metadata.h"

namespace aigateway {

// What a key must be good for.
enum class KeyScope { kRoute, kAdmin };

// What is done where the running configuration has no keys.
enum class WithoutKeys {
  kAdmitAll,  // Only loopback is listened on, or the operator said so.
  // A reload took the keys away from a server that others can reach.
  kRefuseAll,
};

// Tells who calls, by the metadata `authorization: Bearer KEY`. `keys` are
// those of the running configuration; null: it has none.
//
// INVALID_API_KEY without a key, with one that is not known, or with anything
// else in that place; SCOPE_MISSING if the key is good for other things only.
// No text has a key in it.
absl::StatusOr<CallerIdentity> CheckKey(const AuthTable* keys,
                                        WithoutKeys without_keys,
                                        const ClientMetadata& metadata,
                                        KeyScope scope);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_AUTH_H_

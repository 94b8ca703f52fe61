#ifndef AIGATEWAY_GATEWAY_CORE_VALIDATE_REQUEST_H_
#define AIGATEWAY_GATEWAY_CORE_VALIDATE_REQUEST_H_

#include "absl/status/status.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "aigateway/v1/route.pb.h"

namespace aigateway {

// Checks what holds for every provider: INVALID_REQUEST with one violation for
// each fault (at most 20), by field path. What a provider cannot do is its
// codec's to say.
absl::Status ValidateChat(const v1::ChatRequest& chat);

// The same for vectors.
absl::Status ValidateEmbed(const v1::EmbedRequest& embed);

// INVALID_REQUEST for malformed options; NOT_IMPLEMENTED for those that this
// version does not act on, since a promise that nobody keeps is worse than a
// refusal.
absl::Status ValidateOptions(const v1::RoutingOptions& options);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_VALIDATE_REQUEST_H_

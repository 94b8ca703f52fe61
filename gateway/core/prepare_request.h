#ifndef AIGATEWAY_GATEWAY_CORE_PREPARE_REQUEST_H_
#define AIGATEWAY_GATEWAY_CORE_PREPARE_REQUEST_H_

#include "absl/time/time.h"

#include "gateway/core/target.h"
#include "gateway/net/http_message.h"

namespace aigateway {

// Adds to what the codec of `instance` wrote what the config says of its
// connections, but no headers: those of the config are for the host of the base
// URL, since they may hold secrets.
void PrepareConnection(const ProviderInstance& instance,
                       absl::Duration connect_timeout, HttpRequest& request);

// The same, and the headers of the config that the codec has not sent or
// merged: codecs of programs that embed us need not look at them.
void PrepareRequest(const ProviderInstance& instance,
                    absl::Duration connect_timeout, HttpRequest& request);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_PREPARE_REQUEST_H_

#ifndef AIGATEWAY_GATEWAY_NET_CURL_GLOBAL_H_
#define AIGATEWAY_GATEWAY_NET_CURL_GLOBAL_H_

#include "absl/status/status.h"

namespace aigateway {

// Makes libcurl ready, once in the life of the process; later calls return
// what the first did. Thread-safe. Fails with INTERNAL if this libcurl cannot
// do what the gateway stands on: names resolved off the loop, and TLS.
absl::Status InitCurl();

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_CURL_GLOBAL_H_

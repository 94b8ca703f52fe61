#ifndef AIGATEWAY_GATEWAY_NET_URL_HOST_H_
#define AIGATEWAY_GATEWAY_NET_URL_HOST_H_

#include <string>

#include "absl/strings/string_view.h"

namespace aigateway {

// The host and port of an absolute URL, for messages: never user, password,
// path or query. Empty if `url` has none. At most 255 bytes of printable ASCII.
std::string UrlHost(absl::string_view url);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_URL_HOST_H_

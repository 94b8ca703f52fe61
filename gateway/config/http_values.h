#ifndef AIGATEWAY_GATEWAY_CONFIG_HTTP_VALUES_H_
#define AIGATEWAY_GATEWAY_CONFIG_HTTP_VALUES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace aigateway {

// Checks of what a configuration puts into HTTP requests. Each returns what is
// wrong and what to do, or an empty text; none quotes what it was given, which
// may be a secret.

// A URL that paths are appended to: http or https, a host, no user, password,
// query or fragment.
std::string BadBaseUrl(absl::string_view url);

// A credential, without the white space around it: visible ASCII, not empty.
std::string BadKey(absl::string_view key);

// A header's name by RFC 9110 5.1, and none that the HTTP client sets itself.
std::string BadHeaderName(absl::string_view name);
// A header's value by RFC 9110 5.5, in ASCII and not empty.
std::string BadHeaderValue(absl::string_view value);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CONFIG_HTTP_VALUES_H_

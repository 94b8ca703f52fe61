#ifndef AIGATEWAY_GATEWAY_NET_HEADER_CHECK_H_
#define AIGATEWAY_GATEWAY_NET_HEADER_CHECK_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "gateway/net/http_message.h"

namespace aigateway {

// Checks what of a request goes into its head, before anything is sent, so
// that no value can end its line and begin a header of its own.
//
// A method and a header name are tokens (RFC 9110 5.6.2); a header value is
// visible ASCII, spaces and tabs; Content-Length and the other headers that
// frame the message are the client's own to set. Fails with INVALID_REQUEST,
// which names the header and never has its value; for a URL that is not an
// absolute http or https one, with INVALID_CONFIG.
absl::Status CheckRequestHead(const HttpRequest& request);

// The part of that which is about headers.
absl::Status CheckHeaders(const HttpHeaders& headers);

// Whether `value` may be sent as a header's value.
bool IsHeaderValue(absl::string_view value);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_HEADER_CHECK_H_

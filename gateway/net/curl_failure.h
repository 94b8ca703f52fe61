#ifndef AIGATEWAY_GATEWAY_NET_CURL_FAILURE_H_
#define AIGATEWAY_GATEWAY_NET_CURL_FAILURE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "curl/curl.h"

namespace aigateway {

// How far an exchange came, and how libcurl says it failed.
struct CurlFailure {
  CURLcode code = CURLE_OK;
  // What libcurl says of it. Quoted only where it cannot have text of the
  // request: about TLS.
  absl::string_view text;
  absl::string_view host;  // Of the URL, with its port: the name in messages.
  int os_error = 0;        // The errno of a connection that was not made.
  absl::Duration connect_timeout;
  bool resolved = false;   // The name has an address.
  bool connected = false;  // The connection is ready, with TLS if that is used.
  bool answered = false;   // Bytes of an answer came.
};

// The error that callers see for `failure`, whose code is not CURLE_OK, as
// HttpClient::Send() promises: PROVIDER_PROTOCOL_ERROR for bytes that are no
// HTTP or end too early, else PROVIDER_UNAVAILABLE with metadata "stage":
// "resolve", "connect" or "tls" (nothing was sent), "send" or "receive".
absl::Status StatusOf(const CurlFailure& failure);

// A PROVIDER_PROTOCOL_ERROR of `host`, which `what` went wrong with.
absl::Status ProtocolError(absl::string_view host, absl::string_view what);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_CURL_FAILURE_H_

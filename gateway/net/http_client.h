#ifndef AIGATEWAY_GATEWAY_NET_HTTP_CLIENT_H_
#define AIGATEWAY_GATEWAY_NET_HTTP_CLIENT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "gateway/base/flow.h"
#include "gateway/base/scope.h"
#include "gateway/base/task.h"
#include "gateway/net/http_message.h"

namespace aigateway {

// Receives one answer, as it comes, on the client's loop. Its calls may cancel
// any scope and pause any flow, but must not destroy the sink.
class HttpSink {
 public:
  virtual ~HttpSink() = default;

  // The status line and headers of the final answer (1xx are skipped). Called
  // once, before any body. A non-OK status ends the exchange with it.
  virtual absl::Status OnHead(int status, const HttpHeaders& headers) = 0;

  // Some bytes of the decoded body, in any cut. A non-OK status ends the
  // exchange with it.
  virtual absl::Status OnBody(absl::string_view bytes) = 0;

  // Whether the sink has all it wants (a stream's own end marker was read).
  // Asked after each OnBody(): Send() then returns OK without waiting for the
  // body's end; the connection is kept if the body did end just there.
  virtual bool Satisfied() const { return false; }
};

// Sends one HTTP request at a time per call. Belongs to one loop.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  // Sends `request` and feeds its answer to `sink` until it ends.
  //
  // Returns OK if the body ended by its own framing (or the sink was
  // satisfied), whatever the HTTP status; scope.status() as soon as `scope` is
  // cancelled, with the connection closed; the sink's status if that was not
  // OK; PROVIDER_PROTOCOL_ERROR for bytes that are no HTTP, a bound that was
  // passed or a body cut short; else PROVIDER_UNAVAILABLE (name, connection,
  // TLS, reset), with metadata "stage": "resolve", "connect" or "tls" if
  // nothing was sent, else "send" or "receive". A header that may not be sent
  // is an INVALID_REQUEST, a URL that is none an INVALID_CONFIG. No text has
  // the URL's query, a header's value or a credential. Redirects are not
  // followed: the 3xx is the answer. While `flow` (may be null) is paused the
  // body is not read. `request`, `sink`, `scope` and `flow` must outlive the
  // call.
  virtual Task<absl::Status> Send(Scope& scope, const HttpRequest& request,
                                  HttpSink& sink, Flow* flow) = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_HTTP_CLIENT_H_

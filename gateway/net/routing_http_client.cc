#include "gateway/net/routing_http_client.h"

#include "absl/strings/match.h"

namespace aigateway {

Task<absl::Status> RoutingHttpClient::Send(Scope& scope,
                                           const HttpRequest& request,
                                           HttpSink& sink, Flow* flow) {
  HttpClient* const client =
      absl::StartsWith(request.url, kSimulatedScheme) ? simulated_ : real_;
  return client->Send(scope, request, sink, flow);
}

}  // namespace aigateway

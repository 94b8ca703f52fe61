#ifndef AIGATEWAY_GATEWAY_NET_ROUTING_HTTP_CLIENT_H_
#define AIGATEWAY_GATEWAY_NET_ROUTING_HTTP_CLIENT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "gateway/base/flow.h"
#include "gateway/base/scope.h"
#include "gateway/base/task.h"
#include "gateway/net/http_client.h"
#include "gateway/net/http_message.h"

namespace aigateway {

// Sends requests for simulator:// to one client and all others to another, so
// that the `simulator` is a provider like the rest. Belongs to one loop.
class RoutingHttpClient : public HttpClient {
 public:
  // The scheme of URLs that the simulated client answers.
  static constexpr absl::string_view kSimulatedScheme = "simulator://";

  // Both must outlive this object.
  RoutingHttpClient(HttpClient* real, HttpClient* simulated)
      : real_(real), simulated_(simulated) {}

  Task<absl::Status> Send(Scope& scope, const HttpRequest& request,
                          HttpSink& sink, Flow* flow) override;

 private:
  HttpClient* const real_;
  HttpClient* const simulated_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_ROUTING_HTTP_CLIENT_H_

#ifndef AIGATEWAY_GATEWAY_SERVER_HTTP_ENDPOINT_H_
#define AIGATEWAY_GATEWAY_SERVER_HTTP_ENDPOINT_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct mg_context;
struct mg_connection;

namespace aigateway {

// The HTTP port for machines: /metrics, /livez and /readyz, by civetweb with
// two threads. GET and HEAD only; anything else is 404 or 405.
class HttpEndpoint {
 public:
  struct Pages {
    std::function<std::string()> metrics;  // Prometheus' text format.
    std::function<bool()> ready;           // False from the start of a drain.
  };

  // Listens on `address` ("127.0.0.1:9464"; port 0: any free one). The pages'
  // functions are called from civetweb's threads. Fails with INVALID_REQUEST,
  // naming the address, if it cannot be listened on.
  static absl::StatusOr<std::unique_ptr<HttpEndpoint>> Start(
      absl::string_view address, Pages pages);
  // Stops listening and waits for requests in progress.
  ~HttpEndpoint();
  HttpEndpoint(const HttpEndpoint&) = delete;
  HttpEndpoint& operator=(const HttpEndpoint&) = delete;

  int port() const;

 private:
  explicit HttpEndpoint(Pages pages) : pages_(std::move(pages)) {}
  static int Handle(mg_connection* connection, void* self);

  const Pages pages_;
  mg_context* context_ = nullptr;
  int listener_ = -1;  // civetweb's; -1: not found.
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_HTTP_ENDPOINT_H_

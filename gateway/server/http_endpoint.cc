#include "gateway/server/http_endpoint.h"

#include <cstring>
#include <set>
#include <sys/socket.h>

#include "absl/strings/str_cat.h"
#include "civetweb.h"

#include "gateway/base/errors.h"
#include "gateway/server/open_sockets.h"

namespace aigateway {
namespace {

void Reply(mg_connection* connection, const char* status,
           const char* content_type, const std::string& body, bool head) {
  mg_printf(connection,
            "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
            "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
            "Connection: close\r\n\r\n",
            status, content_type, body.size());
  if (!head) mg_write(connection, body.data(), body.size());
}

}  // namespace

int HttpEndpoint::Handle(mg_connection* connection, void* self) {
  const Pages& pages = static_cast<const HttpEndpoint*>(self)->pages_;
  const mg_request_info* request = mg_get_request_info(connection);
  const absl::string_view method = request->request_method;
  const absl::string_view path =
      request->local_uri != nullptr ? request->local_uri : "";
  constexpr char kText[] = "text/plain; charset=utf-8";
  const bool head = method == "HEAD";
  if (!head && method != "GET") {
    Reply(connection, "405 Method Not Allowed", kText, "GET only\n", head);
  } else if (path == "/metrics") {
    Reply(connection, "200 OK", "text/plain; version=0.0.4; charset=utf-8",
          pages.metrics(), head);
  } else if (path == "/livez") {
    Reply(connection, "200 OK", kText, "alive\n", head);
  } else if (path == "/readyz") {
    const bool ready = pages.ready();
    Reply(connection, ready ? "200 OK" : "503 Service Unavailable", kText,
          ready ? "ready\n" : "draining\n", head);
  } else {
    Reply(connection, "404 Not Found", kText,
          "try /metrics, /livez or /readyz\n", head);
  }
  return 1;  // Handled.
}

absl::StatusOr<std::unique_ptr<HttpEndpoint>> HttpEndpoint::Start(
    absl::string_view address, Pages pages) {
  std::unique_ptr<HttpEndpoint> endpoint(new HttpEndpoint(std::move(pages)));
  const std::string listen(address);
  const char* options[] = {"listening_ports",
                           listen.c_str(),
                           "num_threads",
                           "2",
                           "request_timeout_ms",
                           "5000",
                           "max_request_size",
                           "16384",
                           "enable_keep_alive",
                           "no",
                           "enable_directory_listing",
                           "no",
                           nullptr};
  mg_callbacks callbacks;
  std::memset(&callbacks, 0, sizeof(callbacks));
  const std::set<int> before = Listeners();
  endpoint->context_ = mg_start(&callbacks, nullptr, options);
  if (endpoint->context_ == nullptr) {
    return Error(ErrorReason::kInvalidRequest,
                 absl::StrCat("cannot listen for HTTP on ", address,
                              ": is the port taken? see --http_listen"),
                 {{"address", address}});
  }
  mg_set_request_handler(endpoint->context_, "**", &HttpEndpoint::Handle,
                         endpoint.get());
  const std::string local = absl::StrCat("tcp:", endpoint->port());
  for (const int fd : Listeners()) {
    if (before.count(fd) == 0 && LocalAddress(fd) == local) {
      endpoint->listener_ = fd;
    }
  }
  return endpoint;
}

HttpEndpoint::~HttpEndpoint() {
  if (context_ == nullptr) return;
  // civetweb 1.15 has no other way to wake its thread that waits for
  // connections, which looks up each 2 s only. It closes the socket itself.
  if (listener_ >= 0) shutdown(listener_, SHUT_RDWR);
  mg_stop(context_);
}

int HttpEndpoint::port() const {
  mg_server_port ports[1];
  return mg_get_server_ports(context_, 1, ports) == 1 ? ports[0].port : 0;
}

}  // namespace aigateway

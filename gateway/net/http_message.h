#ifndef AIGATEWAY_GATEWAY_NET_HTTP_MESSAGE_H_
#define AIGATEWAY_GATEWAY_NET_HTTP_MESSAGE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace aigateway {

struct HttpHeader {
  std::string name;
  std::string value;
};

// Headers in the order they were sent; names compare without case.
class HttpHeaders {
 public:
  void Add(absl::string_view name, absl::string_view value) {
    headers_.push_back({std::string(name), std::string(value)});
  }
  // Replaces every value of `name`.
  void Set(absl::string_view name, absl::string_view value) {
    Remove(name);
    Add(name, value);
  }
  void Remove(absl::string_view name) {
    std::erase_if(headers_, [name](const HttpHeader& header) {
      return absl::EqualsIgnoreCase(header.name, name);
    });
  }
  // The last value of `name`; empty if there is none. Valid until a change.
  absl::string_view Get(absl::string_view name) const {
    for (auto it = headers_.rbegin(); it != headers_.rend(); ++it) {
      if (absl::EqualsIgnoreCase(it->name, name)) return it->value;
    }
    return {};
  }
  bool Has(absl::string_view name) const {
    for (const HttpHeader& header : headers_) {
      if (absl::EqualsIgnoreCase(header.name, name)) return true;
    }
    return false;
  }
  const std::vector<HttpHeader>& all() const { return headers_; }
  void clear() { headers_.clear(); }

 private:
  std::vector<HttpHeader> headers_;
};

// One HTTP exchange as it is to be sent. Header values are checked by the
// client: one with a line end or NUL is refused, never sent.
struct HttpRequest {
  std::string method = "POST";
  std::string url;
  HttpHeaders headers;
  std::string body;
  // Whether the answer is a stream: it gets a connection of its own over
  // HTTP/1.1 and is not asked for compressed, so that a pause is TCP's own
  // back-pressure.
  bool stream = false;
  bool http2 = true;  // Whether a unary exchange may use HTTP/2.
  absl::Duration connect_timeout = absl::Seconds(5);
  size_t max_header_bytes = 256 * 1024;
  size_t max_body_bytes = size_t{64} * 1024 * 1024;  // Decompressed; unary.
};

// A whole answer.
struct HttpResponse {
  int status = 0;
  HttpHeaders headers;
  std::string body;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_HTTP_MESSAGE_H_

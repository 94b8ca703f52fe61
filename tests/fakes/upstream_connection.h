#ifndef AIGATEWAY_TESTS_FAKES_UPSTREAM_CONNECTION_H_
#define AIGATEWAY_TESTS_FAKES_UPSTREAM_CONNECTION_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/net/http_message.h"
#include "openssl/ssl.h"
#include "tests/fakes/upstream_script.h"

namespace aigateway {

// A request as the fake upstream got it.
struct UpstreamRequest {
  int connection = 0;  // Counted from 1, in the order they were accepted.
  absl::Time arrived;  // Of Clock::Real(), when its last byte was read.
  std::string method;
  std::string target;
  std::string head;  // All of it, as it came.
  HttpHeaders headers;
  std::string body;
};

// One accepted socket of a fake upstream: reads requests and plays what the
// server says to each. It blocks its thread, but never longer than until the
// client closes or the server stops.
class UpstreamConnection {
 public:
  class Server {
   public:
    virtual ~Server() = default;
    virtual UpstreamReply ReplyTo(UpstreamRequest request) = 0;
    virtual void OnSent(size_t bytes) = 0;
  };

  // Owns `fd`, which does not block. `server` must outlive this object, as must
  // `tls`, which is null for plain HTTP; `stop_fd` is readable once the server
  // is to stop. `number` is the connection's in the requests.
  UpstreamConnection(Server* server, int fd, int stop_fd, SSL_CTX* tls,
                     int number)
      : server_(server),
        fd_(fd),
        stop_fd_(stop_fd),
        tls_(tls),
        number_(number) {}
  ~UpstreamConnection() { CloseSocket(); }
  UpstreamConnection(const UpstreamConnection&) = delete;
  UpstreamConnection& operator=(const UpstreamConnection&) = delete;

  // Plays `greeting`, then serves requests, and closes at the end. Returns
  // whether it was the client that closed.
  bool Run(const UpstreamReply& greeting);

 private:
  // Waits for any of `events` on the socket, for `gate` if not negative, or
  // for the time to pass. False if the client closed or the server stops.
  bool Wait(int events, int gate, absl::Duration timeout);
  bool StartTls();
  // Waits for what TLS needs to go on after `result`.
  bool WaitForTls(int result);
  bool Write(absl::string_view bytes);
  // Adds some bytes to unread_.
  bool Read();
  bool ReadRequest(UpstreamRequest& request);
  // Return whether the connection goes on.
  bool Play(const UpstreamReply& reply);
  bool Play(const UpstreamReply::Step& step);
  void CloseSocket();

  Server* const server_;
  int fd_;
  const int stop_fd_;
  SSL_CTX* const tls_;
  const int number_;
  SSL* ssl_ = nullptr;
  std::string unread_;
  bool closed_by_client_ = false;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_FAKES_UPSTREAM_CONNECTION_H_

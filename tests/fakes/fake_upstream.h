#ifndef AIGATEWAY_TESTS_FAKES_FAKE_UPSTREAM_H_
#define AIGATEWAY_TESTS_FAKES_FAKE_UPSTREAM_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/mutex.h"
#include "openssl/ssl.h"
#include "tests/fakes/upstream_connection.h"
#include "tests/fakes/upstream_script.h"

namespace aigateway {

// An HTTP server on loopback that plays scripts over raw sockets, so that it
// can do all that a provider does wrong: reset, stall, cut, trickle, misframe.
//
// The replies are played one for each request in the order they come, on all
// connections together; the last one repeats. Each connection has a thread.
// All methods may be called from any thread at any time; the waits return as
// soon as what they wait for is so.
class FakeUpstream final : private UpstreamConnection::Server {
 public:
  struct Options {
    bool tls = false;
    // Whom the TLS certificate is for; url() says it too.
    std::string certificate_name = "localhost";
    // Of each connection's socket; 0: the system's. Small ones make a client
    // that does not read felt soon.
    int send_buffer_bytes = 0;
  };
  // Called for each request, on the connection's thread.
  using Handler = std::function<UpstreamReply(const UpstreamRequest&)>;

  // Listens on a free port of 127.0.0.1. Without replies every request is
  // answered with an empty JSON object.
  FakeUpstream() : FakeUpstream(Options()) {}
  explicit FakeUpstream(Options options);
  // Closes all connections and waits for the threads.
  ~FakeUpstream() override;
  FakeUpstream(const FakeUpstream&) = delete;
  FakeUpstream& operator=(const FakeUpstream&) = delete;

  // Sets what is played from the next request on.
  void SetReplies(std::vector<UpstreamReply> replies);
  void SetReply(UpstreamReply reply);
  // In place of replies.
  void SetHandler(Handler handler);
  // Played on each new connection before a request is read.
  void SetGreeting(UpstreamReply greeting);

  int port() const { return port_; }
  // "127.0.0.1:PORT".
  std::string host() const;
  // "http://127.0.0.1:PORT/path"; with TLS "https://NAME:PORT/path".
  std::string url(absl::string_view path = "/") const;
  // A PEM file to trust; with TLS only.
  const std::string& certificate_path() const { return certificate_path_; }

  std::vector<UpstreamRequest> requests() const;
  size_t request_count() const;
  // How many connections were accepted, and how many are open still.
  size_t connection_count() const;
  size_t open_connections() const;
  // How many bytes the system took for all connections together. Stands still
  // when no client reads.
  uint64_t bytes_sent() const { return bytes_sent_.load(); }

  // Wait for the count to be at least `count`. Return whether it came to that.
  bool WaitForRequests(size_t count,
                       absl::Duration timeout = absl::Seconds(10)) const;
  bool WaitForConnections(size_t count,
                          absl::Duration timeout = absl::Seconds(10)) const;
  // Waits for no connection to be open.
  bool WaitForAllClosed(absl::Duration timeout = absl::Seconds(10)) const;
  // Waits for the `count`th connection that was closed by the client rather
  // than by a script, and returns when that was seen; nullopt if it was not.
  std::optional<absl::Time> WaitForClientClose(
      size_t count = 1, absl::Duration timeout = absl::Seconds(10)) const;

 private:
  struct Worker {
    std::unique_ptr<UpstreamConnection> connection;
    std::thread thread;
    std::atomic<bool> ended = false;
  };

  struct FreeTls {
    void operator()(SSL_CTX* tls) const { SSL_CTX_free(tls); }
  };

  // UpstreamConnection::Server.
  UpstreamReply ReplyTo(UpstreamRequest request) override;
  void OnSent(size_t bytes) override { bytes_sent_ += bytes; }

  void Accept();
  void JoinEnded();
  void NoteClosed(bool by_client);

  const Options options_;
  int listener_ = -1;
  int stop_ = -1;  // Readable once the server is to end.
  int port_ = 0;
  std::string certificate_path_;
  std::unique_ptr<SSL_CTX, FreeTls> tls_;
  std::atomic<uint64_t> bytes_sent_ = 0;

  mutable Mutex mutex_;
  mutable CondVar changed_;
  std::vector<UpstreamReply> replies_ ABSL_GUARDED_BY(mutex_);
  size_t next_reply_ ABSL_GUARDED_BY(mutex_) = 0;
  Handler handler_ ABSL_GUARDED_BY(mutex_);
  UpstreamReply greeting_ ABSL_GUARDED_BY(mutex_);
  std::vector<UpstreamRequest> requests_ ABSL_GUARDED_BY(mutex_);
  size_t accepted_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t open_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<absl::Time> client_closes_ ABSL_GUARDED_BY(mutex_);

  std::list<Worker> workers_;  // Of the accepting thread.
  std::thread acceptor_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_FAKES_FAKE_UPSTREAM_H_

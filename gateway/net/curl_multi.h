#ifndef AIGATEWAY_GATEWAY_NET_CURL_MULTI_H_
#define AIGATEWAY_GATEWAY_NET_CURL_MULTI_H_

#include <cstddef>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "asio/io_context.hpp"
#include "curl/curl.h"

#include "gateway/base/timers.h"
#include "gateway/net/socket_poller.h"
#include "gateway/net/turn_meter.h"

namespace aigateway {

// One multi handle of libcurl, driven by a loop: it enters libcurl when sockets
// are ready and when a time limit of libcurl's is due, and tells the listener
// when libcurl has returned.
//
// While entered() libcurl is on the stack and may be calling us; nothing of
// this class but the counts may be called then. Belongs to the loop's thread.
class CurlMulti final : private SocketPoller::Listener {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;
    // libcurl ran, and has returned.
    virtual void OnCurlReturned() = 0;
    // Whether bytes of an answer came for `easy`: then its connection is made,
    // and is closed with notice only. Asked from within libcurl.
    virtual bool HasAnswer(CURL* easy) const = 0;
    // The server of a kept connection closed it, or broke its silence.
    virtual void OnRestDisturbed() = 0;
  };
  struct Ended {
    CURL* easy;
    CURLcode code;
  };

  // All must outlive this object. Fails with INTERNAL if the system or libcurl
  // lacks something.
  static absl::StatusOr<std::unique_ptr<CurlMulti>> Create(asio::io_context& io,
                                                           Timers& timers,
                                                           TurnMeter& meter,
                                                           Listener* listener);
  // Closes all connections. Every handle was removed.
  ~CurlMulti() override;
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;

  bool entered() const { return entered_; }

  // Begins the transfer of `easy`.
  void Add(CURL* easy);
  // Takes `easy` out. Its connection is closed now, unless the transfer has
  // ended or others share the connection.
  void Remove(CURL* easy);
  // Lets a paused transfer go on. The bytes that libcurl kept back are
  // delivered meanwhile; if their receiver fails, so does this, and the
  // transfer has yet to be removed.
  CURLcode Resume(CURL* easy);
  // A transfer that has ended since the last call; it has yet to be removed.
  std::optional<Ended> TakeEnded();

  // How many connections are kept that no transfer uses.
  size_t kept_connections() const { return poller_->resting(); }
  // The errno of the last socket that could not be had; 0 if it could.
  int socket_error() const { return socket_error_; }

  // What every handle of this object opens and closes its sockets with; the
  // first argument is this object.
  static curl_socket_t OpenSocket(void* self, curlsocktype purpose,
                                  struct curl_sockaddr* address) noexcept;
  static int CloseSocket(void* self, curl_socket_t fd) noexcept;

 private:
  class Entry;

  CurlMulti(asio::io_context& io, Timers& timers, TurnMeter& meter,
            Listener* listener)
      : io_(io), timers_(timers), meter_(meter), listener_(listener) {}

  // SocketPoller::Listener.
  void OnReady(absl::Span<const SocketPoller::Ready> ready) override;
  void OnRestDisturbed() override { listener_->OnRestDisturbed(); }

  // libcurl's callbacks.
  static int OnSocket(CURL* easy, curl_socket_t fd, int what, void* self,
                      void* unused) noexcept;
  static int OnTimer(CURLM* multi, long timeout_ms, void* self) noexcept;

  void SetTimeout(absl::Duration delay);
  void Kick();
  void RunTimeouts();

  asio::io_context& io_;
  Timers& timers_;
  TurnMeter& meter_;
  Listener* const listener_;
  std::unique_ptr<SocketPoller> poller_;
  CURLM* multi_ = nullptr;
  bool entered_ = false;
  bool kick_posted_ = false;
  Timers::Handle timeout_;  // When libcurl wants to look at its time limits.
  absl::Time timeout_at_ = absl::InfiniteFuture();
  int socket_error_ = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_CURL_MULTI_H_

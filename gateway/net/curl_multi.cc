#include "gateway/net/curl_multi.h"

#include <errno.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "asio/post.hpp"

#include "gateway/base/check.h"
#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "gateway/net/curl_global.h"

namespace aigateway {
namespace {

// Connections, in use and kept, beyond which libcurl closes the oldest kept
// one. Kept ones age, so this is far out of the way.
constexpr long kMaxConnections = 16 * 1024;

template <typename Value>
void Set(CURLM* multi, CURLMoption option, Value value) {
  AIGW_CHECK(curl_multi_setopt(multi, option, value) == CURLM_OK);
}

}  // namespace

// While one lives, libcurl is on the stack.
class CurlMulti::Entry {
 public:
  explicit Entry(CurlMulti* multi) : multi_(multi) {
    AIGW_CHECK(!multi_->entered_);
    multi_->entered_ = true;
  }
  ~Entry() { multi_->entered_ = false; }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

 private:
  CurlMulti* const multi_;
};

absl::StatusOr<std::unique_ptr<CurlMulti>> CurlMulti::Create(
    asio::io_context& io, Timers& timers, TurnMeter& meter,
    Listener* listener) {
  AIGW_RETURN_IF_ERROR(InitCurl());
  std::unique_ptr<CurlMulti> multi(new CurlMulti(io, timers, meter, listener));
  AIGW_ASSIGN_OR_RETURN(multi->poller_, SocketPoller::Create(io, multi.get()));
  CURLM* const handle = multi->multi_ = curl_multi_init();
  if (handle == nullptr) {
    return Error(ErrorReason::kInternal, "no memory for an HTTP client");
  }
  Set(handle, CURLMOPT_SOCKETFUNCTION, &CurlMulti::OnSocket);
  Set(handle, CURLMOPT_SOCKETDATA, multi.get());
  Set(handle, CURLMOPT_TIMERFUNCTION, &CurlMulti::OnTimer);
  Set(handle, CURLMOPT_TIMERDATA, multi.get());
  Set(handle, CURLMOPT_MAXCONNECTS, kMaxConnections);
  Set(handle, CURLMOPT_PIPELINING, long{CURLPIPE_MULTIPLEX});
  return multi;
}

CurlMulti::~CurlMulti() {
  if (multi_ != nullptr) AIGW_CHECK(curl_multi_cleanup(multi_) == CURLM_OK);
}

void CurlMulti::Add(CURL* easy) {
  AIGW_CHECK(curl_multi_add_handle(multi_, easy) == CURLM_OK);
}

void CurlMulti::Remove(CURL* easy) {
  AIGW_CHECK(curl_multi_remove_handle(multi_, easy) == CURLM_OK);
}

CURLcode CurlMulti::Resume(CURL* easy) {
  const Entry entry(this);
  return curl_easy_pause(easy, CURLPAUSE_CONT);
}

std::optional<CurlMulti::Ended> CurlMulti::TakeEnded() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg == CURLMSG_DONE) {
      return Ended{message->easy_handle, message->data.result};
    }
  }
  return std::nullopt;
}

void CurlMulti::OnReady(absl::Span<const SocketPoller::Ready> ready) {
  const TurnMeter::Turn turn(meter_);
  {
    const Entry entry(this);
    int running = 0;
    for (const SocketPoller::Ready& socket : ready) {
      const int what =
          (socket.what & SocketPoller::kRead ? CURL_CSELECT_IN : 0) |
          (socket.what & SocketPoller::kWrite ? CURL_CSELECT_OUT : 0);
      AIGW_CHECK(curl_multi_socket_action(multi_, socket.fd, what, &running) ==
                 CURLM_OK);
    }
  }
  listener_->OnCurlReturned();
}

void CurlMulti::RunTimeouts() {
  const TurnMeter::Turn turn(meter_);
  {
    const Entry entry(this);
    int running = 0;
    AIGW_CHECK(curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0,
                                        &running) == CURLM_OK);
  }
  listener_->OnCurlReturned();
}

int CurlMulti::OnSocket(CURL* easy, curl_socket_t fd, int what, void* self,
                        void* unused) noexcept {
  CurlMulti* const multi = static_cast<CurlMulti*>(self);
  if (what == CURL_POLL_REMOVE) {
    // A connection that has answered rests, or is closed by CloseSocket. A name
    // lookup's socket, or one that is not connected yet, may be closed without
    // a word.
    const bool rests = multi->listener_->HasAnswer(easy);
    multi->poller_->Unwatch(fd, rests);
  } else {
    multi->poller_->Watch(
        fd, (what & CURL_POLL_IN ? SocketPoller::kRead : 0) |
                (what & CURL_POLL_OUT ? SocketPoller::kWrite : 0));
  }
  return 0;
}

int CurlMulti::OnTimer(CURLM* unused, long timeout_ms, void* self) noexcept {
  CurlMulti* const multi = static_cast<CurlMulti*>(self);
  if (timeout_ms == 0) {
    multi->Kick();
  } else {
    multi->SetTimeout(timeout_ms < 0 ? absl::InfiniteDuration()
                                     : absl::Milliseconds(timeout_ms));
  }
  return 0;
}

// Most timeouts are zero, some for every request: those need no timer.
void CurlMulti::Kick() {
  if (kick_posted_) return;
  kick_posted_ = true;
  asio::post(io_, [this] {
    kick_posted_ = false;
    RunTimeouts();
  });
}

void CurlMulti::SetTimeout(absl::Duration delay) {
  const absl::Time at = timers_.Now() + delay;
  // If the one that is set comes too early, libcurl will tell the next time.
  if (timeout_at_ <= at) return;
  timeout_at_ = at;
  timeout_ = timers_.At(at, [this] {
    timeout_at_ = absl::InfiniteFuture();
    RunTimeouts();
  });
}

curl_socket_t CurlMulti::OpenSocket(void* self, curlsocktype purpose,
                                    struct curl_sockaddr* address) noexcept {
  CurlMulti* const multi = static_cast<CurlMulti*>(self);
  const int fd =
      socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
             address->protocol);
  multi->socket_error_ = fd < 0 ? errno : 0;
  if (fd < 0) return CURL_SOCKET_BAD;
  multi->poller_->Opened(fd);
  return fd;
}

int CurlMulti::CloseSocket(void* self, curl_socket_t fd) noexcept {
  static_cast<CurlMulti*>(self)->poller_->Closing(fd);
  // The kernel would go on sending what it holds of a request that is of no
  // use any more: the provider would get it, and work.
  int unsent = 0;
  if (ioctl(fd, SIOCOUTQNSD, &unsent) == 0 && unsent > 0) {
    const linger reset = {.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
  }
  return close(fd);
}

}  // namespace aigateway

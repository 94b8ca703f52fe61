#include "tests/fakes/fake_upstream.h"

#include <algorithm>
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "gateway/base/check.h"
#include "gateway/base/clock.h"

namespace aigateway {
namespace {

int PollMs(absl::Duration timeout) {
  if (timeout == absl::InfiniteDuration()) return -1;
  return static_cast<int>(absl::ToInt64Milliseconds(
      std::max(timeout, absl::ZeroDuration()) + absl::Microseconds(999)));
}

SSL_CTX* MakeTls(const TestCertificate& certificate) {
  SSL_CTX* const tls = SSL_CTX_new(TLS_server_method());
  AIGW_CHECK(tls != nullptr);
  AIGW_CHECK(SSL_CTX_use_certificate_chain_file(
                 tls, certificate.WriteCertificate().c_str()) == 1);
  AIGW_CHECK(SSL_CTX_use_PrivateKey_file(tls, certificate.WriteKey().c_str(),
                                         SSL_FILETYPE_PEM) == 1);
  SSL_CTX_set_mode(
      tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return tls;
}

void ParseHead(UpstreamRequest& request) {
  const std::vector<std::string> lines =
      absl::StrSplit(request.head, "\r\n", absl::SkipEmpty());
  if (lines.empty()) return;
  const std::vector<std::string> words = absl::StrSplit(lines[0], ' ');
  request.method = words[0];
  if (words.size() > 1) request.target = words[1];
  for (size_t i = 1; i < lines.size(); ++i) {
    const size_t colon = lines[i].find(':');
    if (colon == std::string::npos) continue;
    const absl::string_view line = lines[i];
    request.headers.Add(line.substr(0, colon),
                        absl::StripAsciiWhitespace(line.substr(colon + 1)));
  }
}

}  // namespace

// One accepted socket. Whatever it does ends when the server stops.
class FakeUpstream::Connection {
 public:
  Connection(FakeUpstream* server, int fd, int number)
      : server_(server), fd_(fd), number_(number) {}
  ~Connection() { CloseSocket(); }

  void Run(const UpstreamReply& greeting) {
    if (StartTls() && Play(greeting)) {
      UpstreamRequest request;
      while (ReadRequest(request)) {
        if (!Play(server_->ReplyTo(std::move(request)))) break;
        request = UpstreamRequest();
      }
    }
    CloseSocket();
    server_->NoteClosed(by_client_);
  }

 private:
  // Waits for any of `events` on the socket, for `gate` if not negative, or
  // for the time to pass. False if the client closed or the server stops.
  bool Wait(int events, int gate, absl::Duration timeout) {
    pollfd fds[] = {
        {.fd = fd_, .events = static_cast<short>(events | POLLRDHUP)},
        {.fd = server_->stop_, .events = POLLIN},
        {.fd = gate, .events = POLLIN}};
    const int ready = poll(fds, 3, PollMs(timeout));
    if (ready < 0) return errno == EINTR;
    if (fds[1].revents != 0) return false;
    // Bytes that came before the close are read first.
    if ((events & fds[0].revents & POLLIN) != 0) return true;
    if ((fds[0].revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) {
      by_client_ = true;
      return false;
    }
    return true;
  }

  bool StartTls() {
    if (server_->tls_ == nullptr) return true;
    ssl_ = SSL_new(static_cast<SSL_CTX*>(server_->tls_));
    SSL_set_fd(ssl_, fd_);
    for (;;) {
      const int result = SSL_accept(ssl_);
      if (result == 1) return true;
      if (!WaitForTls(result)) return false;
    }
  }

  // Waits for what TLS needs to go on after `result`.
  bool WaitForTls(int result) {
    switch (SSL_get_error(ssl_, result)) {
      case SSL_ERROR_WANT_READ:
        return Wait(POLLIN, -1, absl::InfiniteDuration());
      case SSL_ERROR_WANT_WRITE:
        return Wait(POLLOUT, -1, absl::InfiniteDuration());
      default:
        by_client_ = true;
        return false;
    }
  }

  bool Write(absl::string_view bytes) {
    while (!bytes.empty()) {
      ssize_t written = 0;
      if (ssl_ != nullptr) {
        written = SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
        if (written <= 0) {
          if (!WaitForTls(static_cast<int>(written))) return false;
          continue;
        }
      } else {
        written = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (written < 0) {
          if (errno != EAGAIN && errno != EINTR) {
            by_client_ = true;
            return false;
          }
          if (!Wait(POLLOUT, -1, absl::InfiniteDuration())) return false;
          continue;
        }
      }
      server_->bytes_sent_ += static_cast<uint64_t>(written);
      bytes.remove_prefix(static_cast<size_t>(written));
    }
    return true;
  }

  // Adds some bytes to `unread_`.
  bool Read() {
    char buffer[16 * 1024];
    for (;;) {
      ssize_t got = 0;
      if (ssl_ != nullptr) {
        got = SSL_read(ssl_, buffer, sizeof(buffer));
        if (got <= 0 && !WaitForTls(static_cast<int>(got))) return false;
      } else {
        got = recv(fd_, buffer, sizeof(buffer), 0);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
          by_client_ = true;
          return false;
        }
        if (got < 0 && !Wait(POLLIN, -1, absl::InfiniteDuration())) {
          return false;
        }
      }
      if (got <= 0) continue;
      unread_.append(buffer, static_cast<size_t>(got));
      return true;
    }
  }

  bool ReadRequest(UpstreamRequest& request) {
    size_t end = std::string::npos;
    while ((end = unread_.find("\r\n\r\n")) == std::string::npos) {
      if (!Read()) return false;
    }
    request.connection = number_;
    request.head = unread_.substr(0, end + 4);
    unread_.erase(0, end + 4);
    ParseHead(request);
    size_t length = 0;
    if (request.headers.Has("content-length")) {
      AIGW_CHECK(
          absl::SimpleAtoi(request.headers.Get("content-length"), &length));
    }
    while (unread_.size() < length) {
      if (!Read()) return false;
    }
    request.body = unread_.substr(0, length);
    unread_.erase(0, length);
    request.arrived = Clock::Real()->Now();
    return true;
  }

  // Returns whether the connection goes on.
  bool Play(const UpstreamReply& reply) {
    for (const UpstreamReply::Step& step : reply.steps()) {
      if (!Play(step)) return false;
    }
    return true;
  }

  bool Play(const UpstreamReply::Step& step) {
    using Kind = UpstreamReply::Step::Kind;
    switch (step.kind) {
      case Kind::kSend:
        for (size_t i = 0; i < step.times; ++i) {
          if (!Write(step.bytes)) return false;
        }
        return true;
      case Kind::kTrickle:
        for (size_t at = 0; at < step.bytes.size(); at += step.step) {
          if (at > 0 && step.duration > absl::ZeroDuration() &&
              !Wait(0, -1, step.duration)) {
            return false;
          }
          if (!Write(absl::string_view(step.bytes).substr(at, step.step))) {
            return false;
          }
        }
        return true;
      case Kind::kAwait:
        return Wait(0, step.gate == nullptr ? -1 : step.gate->fd(),
                    step.duration);
      case Kind::kOpen:
        step.gate->Open();
        return true;
      case Kind::kStall:
        return Wait(0, -1, absl::InfiniteDuration());
      case Kind::kClose:
        if (ssl_ != nullptr) SSL_shutdown(ssl_);
        return false;
      case Kind::kReset: {
        const linger reset = {.l_onoff = 1, .l_linger = 0};
        setsockopt(fd_, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
        return false;
      }
    }
    return false;
  }

  void CloseSocket() {
    if (ssl_ != nullptr) SSL_free(ssl_);
    ssl_ = nullptr;
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

  FakeUpstream* const server_;
  int fd_;
  const int number_;
  SSL* ssl_ = nullptr;
  std::string unread_;
  bool by_client_ = false;
};

FakeUpstream::FakeUpstream(Options options) : options_(std::move(options)) {
  if (options_.tls) {
    const TestCertificate certificate =
        TestCertificate::For(options_.certificate_name);
    certificate_path_ = certificate.WriteCertificate();
    tls_ = MakeTls(certificate);
  }
  stop_ = eventfd(0, EFD_CLOEXEC);
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  AIGW_CHECK(stop_ >= 0 && listener_ >= 0);
  sockaddr_in address = {.sin_family = AF_INET};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  AIGW_CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address),
                  sizeof(address)) == 0);
  AIGW_CHECK(listen(listener_, 4096) == 0);
  socklen_t size = sizeof(address);
  AIGW_CHECK(getsockname(listener_, reinterpret_cast<sockaddr*>(&address),
                         &size) == 0);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

FakeUpstream::~FakeUpstream() {
  const uint64_t one = 1;
  AIGW_CHECK(write(stop_, &one, sizeof(one)) == sizeof(one));
  acceptor_.join();
  for (Worker& worker : workers_) worker.thread.join();
  workers_.clear();
  close(listener_);
  close(stop_);
  if (tls_ != nullptr) SSL_CTX_free(static_cast<SSL_CTX*>(tls_));
}

void FakeUpstream::Accept() {
  // OpenSSL raises SIGPIPE when the client has closed; the connections' threads
  // inherit what is blocked here.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  for (;;) {
    pollfd fds[] = {{.fd = listener_, .events = POLLIN},
                    {.fd = stop_, .events = POLLIN}};
    if (poll(fds, 2, -1) < 0 && errno != EINTR) return;
    if (fds[1].revents != 0) return;
    const int fd =
        accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) continue;
    const int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (options_.send_buffer_bytes > 0) {
      setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &options_.send_buffer_bytes,
                 sizeof(options_.send_buffer_bytes));
    }
    int number = 0;
    UpstreamReply greeting;
    {
      const MutexLock lock(&mutex_);
      number = static_cast<int>(++accepted_);
      ++open_;
      greeting = greeting_;
      changed_.SignalAll();
    }
    JoinEnded();
    Worker& worker = workers_.emplace_back();
    worker.connection = std::make_unique<Connection>(this, fd, number);
    worker.thread = std::thread([&worker, greeting = std::move(greeting)] {
      worker.connection->Run(greeting);
      worker.ended = true;
    });
  }
}

void FakeUpstream::JoinEnded() {
  for (auto it = workers_.begin(); it != workers_.end();) {
    if (it->ended) {
      it->thread.join();
      it = workers_.erase(it);
    } else {
      ++it;
    }
  }
}

UpstreamReply FakeUpstream::ReplyTo(UpstreamRequest request) {
  Handler handler;
  {
    const MutexLock lock(&mutex_);
    requests_.push_back(request);
    changed_.SignalAll();
    if (handler_ == nullptr) {
      if (replies_.empty()) return JsonAnswer("{}");
      const size_t last = replies_.size() - 1;
      return replies_[std::min(next_reply_++, last)];
    }
    handler = handler_;
  }
  return handler(request);
}

void FakeUpstream::NoteClosed(bool by_client) {
  const absl::Time now = Clock::Real()->Now();
  const MutexLock lock(&mutex_);
  --open_;
  if (by_client) client_closes_.push_back(now);
  changed_.SignalAll();
}

void FakeUpstream::SetReplies(std::vector<UpstreamReply> replies) {
  const MutexLock lock(&mutex_);
  replies_ = std::move(replies);
  next_reply_ = 0;
  handler_ = nullptr;
}

void FakeUpstream::SetReply(UpstreamReply reply) {
  SetReplies({std::move(reply)});
}

void FakeUpstream::SetHandler(Handler handler) {
  const MutexLock lock(&mutex_);
  handler_ = std::move(handler);
}

void FakeUpstream::SetGreeting(UpstreamReply greeting) {
  const MutexLock lock(&mutex_);
  greeting_ = std::move(greeting);
}

std::string FakeUpstream::host() const {
  return absl::StrCat("127.0.0.1:", port_);
}

std::string FakeUpstream::url(absl::string_view path) const {
  return options_.tls ? absl::StrCat("https://", options_.certificate_name, ":",
                                     port_, path)
                      : absl::StrCat("http://", host(), path);
}

std::vector<UpstreamRequest> FakeUpstream::requests() const {
  const MutexLock lock(&mutex_);
  return requests_;
}

size_t FakeUpstream::request_count() const {
  const MutexLock lock(&mutex_);
  return requests_.size();
}

size_t FakeUpstream::connection_count() const {
  const MutexLock lock(&mutex_);
  return accepted_;
}

size_t FakeUpstream::open_connections() const {
  const MutexLock lock(&mutex_);
  return open_;
}

bool FakeUpstream::WaitForRequests(size_t count, absl::Duration timeout) const {
  const absl::Time end = Clock::Real()->Now() + timeout;
  const MutexLock lock(&mutex_);
  while (requests_.size() < count) {
    const absl::Duration left = end - Clock::Real()->Now();
    if (left <= absl::ZeroDuration()) return false;
    changed_.WaitFor(&mutex_, left);
  }
  return true;
}

bool FakeUpstream::WaitForConnections(size_t count,
                                      absl::Duration timeout) const {
  const absl::Time end = Clock::Real()->Now() + timeout;
  const MutexLock lock(&mutex_);
  while (accepted_ < count) {
    const absl::Duration left = end - Clock::Real()->Now();
    if (left <= absl::ZeroDuration()) return false;
    changed_.WaitFor(&mutex_, left);
  }
  return true;
}

bool FakeUpstream::WaitForAllClosed(absl::Duration timeout) const {
  const absl::Time end = Clock::Real()->Now() + timeout;
  const MutexLock lock(&mutex_);
  while (open_ > 0) {
    const absl::Duration left = end - Clock::Real()->Now();
    if (left <= absl::ZeroDuration()) return false;
    changed_.WaitFor(&mutex_, left);
  }
  return true;
}

std::optional<absl::Time> FakeUpstream::WaitForClientClose(
    size_t count, absl::Duration timeout) const {
  const absl::Time end = Clock::Real()->Now() + timeout;
  const MutexLock lock(&mutex_);
  while (client_closes_.size() < count) {
    const absl::Duration left = end - Clock::Real()->Now();
    if (left <= absl::ZeroDuration()) return std::nullopt;
    changed_.WaitFor(&mutex_, left);
  }
  return client_closes_[count - 1];
}

}  // namespace aigateway

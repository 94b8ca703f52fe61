#include "tests/fakes/fake_upstream.h"

#include <algorithm>
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "absl/strings/str_cat.h"

#include "gateway/base/check.h"
#include "gateway/base/clock.h"
#include "tests/fakes/test_certificate.h"

namespace aigateway {
namespace {

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

}  // namespace

FakeUpstream::FakeUpstream(Options options) : options_(std::move(options)) {
  if (options_.tls) {
    const TestCertificate certificate =
        TestCertificate::For(options_.certificate_name);
    certificate_path_ = certificate.WriteCertificate();
    tls_.reset(MakeTls(certificate));
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
    Server* const server = this;
    worker.connection = std::make_unique<UpstreamConnection>(
        server, fd, stop_, tls_.get(), number);
    worker.thread =
        std::thread([this, &worker, greeting = std::move(greeting)] {
          NoteClosed(worker.connection->Run(greeting));
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

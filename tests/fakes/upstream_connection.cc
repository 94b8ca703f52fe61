#include "tests/fakes/upstream_connection.h"

#include <algorithm>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
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

bool UpstreamConnection::Run(const UpstreamReply& greeting) {
  if (StartTls() && Play(greeting)) {
    UpstreamRequest request;
    while (ReadRequest(request)) {
      if (!Play(server_->ReplyTo(std::move(request)))) break;
      request = UpstreamRequest();
    }
  }
  CloseSocket();
  return closed_by_client_;
}

bool UpstreamConnection::Wait(int events, int gate, absl::Duration timeout) {
  pollfd fds[] = {{.fd = fd_, .events = static_cast<short>(events | POLLRDHUP)},
                  {.fd = stop_fd_, .events = POLLIN},
                  {.fd = gate, .events = POLLIN}};
  const int ready = poll(fds, 3, PollMs(timeout));
  if (ready < 0) return errno == EINTR;
  if (fds[1].revents != 0) return false;
  // Bytes that came before the close are read first.
  if ((events & fds[0].revents & POLLIN) != 0) return true;
  if ((fds[0].revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) {
    closed_by_client_ = true;
    return false;
  }
  return true;
}

bool UpstreamConnection::StartTls() {
  if (tls_ == nullptr) return true;
  ssl_ = SSL_new(tls_);
  SSL_set_fd(ssl_, fd_);
  for (;;) {
    const int result = SSL_accept(ssl_);
    if (result == 1) return true;
    if (!WaitForTls(result)) return false;
  }
}

bool UpstreamConnection::WaitForTls(int result) {
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
      return Wait(POLLIN, -1, absl::InfiniteDuration());
    case SSL_ERROR_WANT_WRITE:
      return Wait(POLLOUT, -1, absl::InfiniteDuration());
    default:
      closed_by_client_ = true;
      return false;
  }
}

bool UpstreamConnection::Write(absl::string_view bytes) {
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
          closed_by_client_ = true;
          return false;
        }
        if (!Wait(POLLOUT, -1, absl::InfiniteDuration())) return false;
        continue;
      }
    }
    server_->OnSent(static_cast<size_t>(written));
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

bool UpstreamConnection::Read() {
  char buffer[16 * 1024];
  for (;;) {
    ssize_t got = 0;
    if (ssl_ != nullptr) {
      got = SSL_read(ssl_, buffer, sizeof(buffer));
      if (got <= 0 && !WaitForTls(static_cast<int>(got))) return false;
    } else {
      got = recv(fd_, buffer, sizeof(buffer), 0);
      if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        closed_by_client_ = true;
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

bool UpstreamConnection::ReadRequest(UpstreamRequest& request) {
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

bool UpstreamConnection::Play(const UpstreamReply& reply) {
  for (const UpstreamReply::Step& step : reply.steps()) {
    if (!Play(step)) return false;
  }
  return true;
}

bool UpstreamConnection::Play(const UpstreamReply::Step& step) {
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

void UpstreamConnection::CloseSocket() {
  if (ssl_ != nullptr) SSL_free(ssl_);
  ssl_ = nullptr;
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

}  // namespace aigateway

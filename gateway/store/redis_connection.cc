#include "gateway/store/redis_connection.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "gateway/base/clock.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "gateway/store/redis_command.h"
#include "hiredis/hiredis.h"

namespace aigateway {
namespace {

constexpr size_t kMaxSaidBytes = 200;

absl::Status Away(absl::string_view why) {
  return absl::UnavailableError(absl::StrCat("Redis is away: ", why));
}

// What the kernel says of a socket, in words.
absl::Status Broken(absl::string_view what, int error) {
  return Away(
      absl::StrCat(what, ": ", absl::ErrnoToStatus(error, "").ToString()));
}

}  // namespace

RedisConnection::RedisConnection(Context context,
                                 RedisReplyReader::Limits limits)
    : context_(std::move(context)), reader_(limits) {}

RedisConnection::~RedisConnection() = default;

absl::StatusOr<std::unique_ptr<RedisConnection>> RedisConnection::Open(
    const RedisAddress& address, absl::Duration timeout,
    RedisReplyReader::Limits limits) {
  const timeval limit = absl::ToTimeval(timeout);
  Context context(
      address.host.empty()
          ? redisConnectUnixWithTimeout(address.socket_path.c_str(), limit)
          : redisConnectWithTimeout(address.host.c_str(), address.port, limit),
      &redisFree);
  if (context == nullptr) return Away("there is no memory for it");
  if (context->err != 0) {
    return Away(Truncate(ValidUtf8(context->errstr), kMaxSaidBytes));
  }
  const int flags = fcntl(context->fd, F_GETFL);
  if (flags < 0 || fcntl(context->fd, F_SETFL, flags | O_NONBLOCK) < 0) {
    return Broken("its socket cannot be used", errno);
  }
  std::unique_ptr<RedisConnection> connection(
      new RedisConnection(std::move(context), limits));
  std::string greeting;
  int replies = 0;
  const auto say = [&](std::vector<std::string> words) {
    greeting += RedisCommand(std::move(words)).Bytes();
    ++replies;
  };
  if (!address.password.empty()) {
    const std::string password(address.password.Reveal());
    if (address.user.empty()) {
      say({"AUTH", password});
    } else {
      say({"AUTH", address.user, password});
    }
  }
  if (address.database != 0) say({"SELECT", absl::StrCat(address.database)});
  // One that is still loading what it kept takes no commands.
  say({"PING"});
  AIGW_RETURN_IF_ERROR(connection->Introduce(
      greeting, replies, /*logs_in=*/!address.password.empty(), timeout));
  return connection;
}

absl::Status RedisConnection::Introduce(absl::string_view bytes, int replies,
                                        bool logs_in, absl::Duration timeout) {
  const absl::Time end = Clock::Real()->Now() + timeout;
  AIGW_RETURN_IF_ERROR(Send(bytes));
  while (replies > 0) {
    AIGW_ASSIGN_OR_RETURN(std::optional<RedisReply> reply, Next());
    if (reply.has_value()) {
      if (reply->kind == RedisReply::Kind::kError) {
        // A server that knows no AUTH repeats its words, and so the password.
        const absl::string_view said(reply->text);
        return Away(absl::StrCat(
            "it said: ",
            Truncate(ValidUtf8(logs_in ? said.substr(0, said.find(' ')) : said),
                     kMaxSaidBytes)));
      }
      logs_in = false;
      --replies;
      continue;
    }
    const absl::Duration left = end - Clock::Real()->Now();
    if (left <= absl::ZeroDuration()) return Away("it does not answer");
    AIGW_RETURN_IF_ERROR(Await(left));
  }
  // Nobody would know whose the next replies are.
  AIGW_ASSIGN_OR_RETURN(const std::optional<RedisReply> more, Next());
  return more.has_value() ? Away("it said something that nobody asked")
                          : absl::OkStatus();
}

absl::Status RedisConnection::Send(absl::string_view bytes) {
  unsent_.append(bytes.data(), bytes.size());
  size_t sent = 0;
  while (sent < unsent_.size()) {
    // No SIGPIPE from a socket that its peer has closed.
    const ssize_t count = send(context_->fd, unsent_.data() + sent,
                               unsent_.size() - sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (count < 0) return Broken("it cannot be written to", errno);
    sent += static_cast<size_t>(count);
  }
  unsent_.erase(0, sent);
  return absl::OkStatus();
}

absl::Status RedisConnection::Await(absl::Duration limit, int wake_fd) {
  int wait_ms = -1;
  if (limit < absl::InfiniteDuration()) {
    wait_ms = static_cast<int>(absl::ToInt64Milliseconds(absl::Ceil(
        std::max(limit, absl::ZeroDuration()), absl::Milliseconds(1))));
  }
  // poll() passes over one that is below 0.
  std::array<pollfd, 2> ready = {
      pollfd{.fd = context_->fd, .events = POLLIN, .revents = 0},
      pollfd{.fd = wake_fd, .events = POLLIN, .revents = 0}};
  if (!unsent_.empty()) ready[0].events |= POLLOUT;
  if (poll(ready.data(), ready.size(), wait_ms) < 0) {
    if (errno == EINTR) return absl::OkStatus();
    return Broken("its socket cannot be watched", errno);
  }
  if (ready[1].revents != 0) {
    eventfd_t count = 0;
    (void)eventfd_read(wake_fd, &count);
  }
  AIGW_RETURN_IF_ERROR(Send({}));
  return ready[0].revents != 0 ? Receive() : absl::OkStatus();
}

absl::Status RedisConnection::Receive() {
  std::array<char, 16 * 1024> buffer;
  const ssize_t count = recv(context_->fd, buffer.data(), buffer.size(), 0);
  if (count == 0) return Away("it closed the connection");
  if (count < 0) {
    if (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK) {
      return absl::OkStatus();
    }
    return Broken("it cannot be read from", errno);
  }
  reader_.Feed(absl::string_view(buffer.data(), static_cast<size_t>(count)));
  return absl::OkStatus();
}

}  // namespace aigateway

#include "gateway/server/open_sockets.h"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using ::testing::Contains;
using ::testing::Not;

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

// A listener, a connection to it, and what it accepted.
struct Pair {
  explicit Pair(int family)
      : listener(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)),
        client(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  void Connect(const sockaddr* address, socklen_t size) {
    ASSERT_EQ(bind(listener.fd(), address, size), 0) << std::strerror(errno);
    ASSERT_EQ(listen(listener.fd(), 1), 0);
    sockaddr_storage bound = {};
    socklen_t length = sizeof(bound);
    auto* const any = reinterpret_cast<sockaddr*>(&bound);
    ASSERT_EQ(getsockname(listener.fd(), any, &length), 0);
    ASSERT_EQ(connect(client.fd(), any, length), 0);
    accepted.emplace(accept(listener.fd(), nullptr, nullptr));
    ASSERT_GE(accepted->fd(), 0);
  }
  void ConnectTcp() {
    sockaddr_in loopback = {};
    loopback.sin_family = AF_INET;
    loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    Connect(reinterpret_cast<sockaddr*>(&loopback), sizeof(loopback));
  }

  Socket listener;
  Socket client;
  std::optional<Socket> accepted;
};

TEST(OpenSocketsTest, AListenerAndWhatItAcceptedHaveOneAddress) {
  Pair pair(AF_INET);
  pair.ConnectTcp();

  const std::string address = LocalAddress(pair.listener.fd());
  EXPECT_THAT(address, testing::MatchesRegex("tcp:[1-9][0-9]*"));
  EXPECT_EQ(LocalAddress(pair.accepted->fd()), address);
  EXPECT_NE(LocalAddress(pair.client.fd()), address);
  EXPECT_THAT(Listeners(), Contains(pair.listener.fd()));
  EXPECT_THAT(Listeners(), Not(Contains(pair.accepted->fd())));
}

TEST(OpenSocketsTest, UnixSocketsAreNamedAsAFlagNamesThem) {
  sockaddr_un name = {};
  name.sun_family = AF_UNIX;
  const std::string text = absl::StrCat("aigateway-test-", getpid());
  text.copy(name.sun_path + 1, sizeof(name.sun_path) - 1);
  Pair pair(AF_UNIX);
  pair.Connect(reinterpret_cast<sockaddr*>(&name),
               offsetof(sockaddr_un, sun_path) + 1 + text.size());

  EXPECT_EQ(LocalAddress(pair.listener.fd()), "unix-abstract:" + text);
  EXPECT_EQ(LocalAddress(pair.accepted->fd()), "unix-abstract:" + text);
  EXPECT_EQ(LocalAddress(pair.client.fd()), "") << "it has no name";
}

TEST(OpenSocketsTest, WhatIsNoSocketHasNoAddress) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const Socket reader(ends[0]);
  const Socket writer(ends[1]);
  EXPECT_EQ(LocalAddress(reader.fd()), "");
  EXPECT_EQ(LocalAddress(-1), "");
}

// What it is there for: a write that waits for a peer that does not read.
TEST(OpenSocketsTest, CutsAConnectionThatIsFullAndNoOther) {
  Pair full(AF_INET);
  full.ConnectTcp();
  Pair other(AF_INET);
  other.ConnectTcp();
  const std::string block(64 * 1024, 'x');
  while (send(full.accepted->fd(), block.data(), block.size(),
              MSG_DONTWAIT | MSG_NOSIGNAL) > 0) {
  }
  ASSERT_EQ(errno, EAGAIN);

  CutConnections(LocalAddress(full.listener.fd()));

  EXPECT_EQ(send(full.accepted->fd(), "x", 1, MSG_NOSIGNAL), -1);
  EXPECT_EQ(errno, EPIPE);
  EXPECT_EQ(send(other.accepted->fd(), "x", 1, MSG_NOSIGNAL), 1);
  EXPECT_THAT(Listeners(), Contains(full.listener.fd())) << "it stays open";
}

}  // namespace
}  // namespace aigateway

#include "tests/fakes/fake_upstream.h"

#include <arpa/inet.h>
#include <memory>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/clock.h"

namespace aigateway {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr absl::string_view kGet = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

// A client that does only what it is told.
class RawClient {
 public:
  explicit RawClient(int port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {.sin_family = AF_INET,
                           .sin_port = htons(static_cast<uint16_t>(port))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(
        connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)),
        0);
    timeval limit = {.tv_sec = 10};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  }
  ~RawClient() { Close(); }

  void Write(absl::string_view bytes) {
    EXPECT_EQ(send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  // One read; empty at the end, and sets `reset` if that was a reset.
  std::string Read(bool* reset = nullptr) {
    char buffer[4096];
    const ssize_t got = recv(fd_, buffer, sizeof(buffer), 0);
    if (reset != nullptr) *reset = got < 0 && errno == ECONNRESET;
    return std::string(buffer, got > 0 ? static_cast<size_t>(got) : 0);
  }
  std::string ReadUntil(absl::string_view end) {
    std::string all;
    while (all.find(std::string(end)) == std::string::npos) {
      const std::string more = Read();
      if (more.empty()) break;
      all += more;
    }
    return all;
  }
  bool Readable(absl::Duration within) {
    pollfd fd = {.fd = fd_, .events = POLLIN};
    return poll(&fd, 1, static_cast<int>(absl::ToInt64Milliseconds(within))) ==
           1;
  }
  void Close() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

TEST(FakeUpstreamTest, AnswersInOrderAndRepeatsTheLast) {
  FakeUpstream upstream;
  upstream.SetReplies({Answer(200, "one"), Answer(503, "two")});
  RawClient client(upstream.port());

  client.Write(kGet);
  EXPECT_THAT(client.ReadUntil("one"), StartsWith("HTTP/1.1 200"));
  for (int i = 0; i < 2; ++i) {
    client.Write(kGet);
    EXPECT_THAT(client.ReadUntil("two"), StartsWith("HTTP/1.1 503"));
  }

  EXPECT_EQ(upstream.request_count(), 3);
  EXPECT_EQ(upstream.connection_count(), 1);
}

TEST(FakeUpstreamTest, RecordsWhatItGot) {
  FakeUpstream upstream;
  RawClient client(upstream.port());
  const absl::Time before = Clock::Real()->Now();

  client.Write(
      "POST /v1?x=1 HTTP/1.1\r\nHost: a\r\nX-Key:  k v \r\nX-None:"
      "\r\nContent-Length: 5\r\n\r\nhe");
  client.Write("llo");
  EXPECT_THAT(client.ReadUntil("{}"), EndsWith("{}"));

  const UpstreamRequest request = upstream.requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1?x=1");
  EXPECT_EQ(request.headers.Get("x-key"), "k v");
  EXPECT_TRUE(request.headers.Has("x-none"));
  EXPECT_EQ(request.body, "hello");
  EXPECT_THAT(request.head, StartsWith("POST /v1?x=1 HTTP/1.1\r\n"));
  EXPECT_EQ(request.connection, 1);
  EXPECT_GE(request.arrived, before);
  EXPECT_LE(request.arrived, Clock::Real()->Now());
}

TEST(FakeUpstreamTest, AsksAHandlerInPlaceOfReplies) {
  FakeUpstream upstream;
  upstream.SetHandler([](const UpstreamRequest& request) {
    return Answer(200, "to " + request.target);
  });
  RawClient client(upstream.port());

  client.Write(kGet);

  EXPECT_THAT(client.ReadUntil("to /a"), EndsWith("to /a"));
}

TEST(FakeUpstreamTest, FramesEventStreams) {
  FakeUpstream upstream;
  upstream.SetReply(SseAnswer({"x", "[DONE]"}));
  RawClient client(upstream.port());

  client.Write(kGet);

  const std::string answer = client.ReadUntil("0\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/event-stream\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n9\r\ndata: x\n\n\r\n"
                               "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"));
}

TEST(FakeUpstreamTest, ClosesAndResets) {
  FakeUpstream upstream;
  upstream.SetReplies(
      {UpstreamReply().Send("part").Close(), UpstreamReply().Reset()});
  bool reset = true;
  {
    RawClient client(upstream.port());
    client.Write(kGet);
    EXPECT_EQ(client.ReadUntil("part"), "part");
    EXPECT_EQ(client.Read(&reset), "");
    EXPECT_FALSE(reset);
  }
  RawClient client(upstream.port());
  client.Write(kGet);
  EXPECT_EQ(client.Read(&reset), "");
  EXPECT_TRUE(reset);
  EXPECT_TRUE(upstream.WaitForAllClosed());
  EXPECT_FALSE(upstream.WaitForClientClose(1, absl::ZeroDuration()));
}

TEST(FakeUpstreamTest, WaitsForGatesAndTellsHowFarItCame) {
  FakeUpstream upstream;
  const auto go = std::make_shared<UpstreamGate>();
  const auto half = std::make_shared<UpstreamGate>();
  upstream.SetReply(UpstreamReply().Send("1").Open(half).Await(go).Send("2"));
  RawClient client(upstream.port());
  client.Write(kGet);

  EXPECT_TRUE(half->Await());
  EXPECT_EQ(client.Read(), "1");
  EXPECT_FALSE(client.Readable(absl::Milliseconds(20)));
  go->Open();
  EXPECT_EQ(client.Read(), "2");
}

TEST(FakeUpstreamTest, TricklesAndRepeats) {
  FakeUpstream upstream;
  upstream.SetReply(UpstreamReply()
                        .Trickle("abc", 1, absl::Milliseconds(20))
                        .SendTimes("xy", 1000)
                        .Close());
  RawClient client(upstream.port());
  client.Write(kGet);

  EXPECT_EQ(client.Read(), "a");
  EXPECT_EQ(client.Read(), "b");
  std::string rest = client.ReadUntil("nothing");
  EXPECT_EQ(rest.size(), 1 + 2000);
  EXPECT_EQ(upstream.bytes_sent(), 3 + 2000);
}

TEST(FakeUpstreamTest, SeesTheClientCloseAtEveryStep) {
  const auto never = std::make_shared<UpstreamGate>();
  const UpstreamReply scripts[] = {
      UpstreamReply().Stall(),
      UpstreamReply().Await(never),
      UpstreamReply().Pause(absl::Seconds(60)),
      UpstreamReply().SendTimes(std::string(65536, 'x'), 100000),
      UpstreamReply().Trickle("abcdef", 1, absl::Seconds(60)),
      UpstreamReply(),  // It waits for the next request.
  };
  for (const UpstreamReply& script : scripts) {
    FakeUpstream upstream;
    upstream.SetReply(script);
    RawClient client(upstream.port());
    client.Write(kGet);
    ASSERT_TRUE(upstream.WaitForRequests(1));
    EXPECT_EQ(upstream.open_connections(), 1);

    const absl::Time closing = Clock::Real()->Now();
    client.Close();

    const std::optional<absl::Time> seen = upstream.WaitForClientClose();
    ASSERT_TRUE(seen.has_value());
    EXPECT_GE(*seen, closing);
    EXPECT_TRUE(upstream.WaitForAllClosed());
  }
}

TEST(FakeUpstreamTest, GreetsBeforeItReads) {
  FakeUpstream upstream;
  upstream.SetGreeting(UpstreamReply().Send("hello").Close());
  RawClient client(upstream.port());

  EXPECT_EQ(client.ReadUntil("hello"), "hello");
  EXPECT_EQ(upstream.request_count(), 0);
}

TEST(FakeUpstreamTest, WaitsOnlyAsLongAsItIsTold) {
  FakeUpstream upstream;
  EXPECT_FALSE(upstream.WaitForRequests(1, absl::Milliseconds(5)));
  EXPECT_FALSE(upstream.WaitForConnections(1, absl::Milliseconds(5)));
  EXPECT_FALSE(upstream.WaitForClientClose(1, absl::Milliseconds(5)));
  RawClient client(upstream.port());
  EXPECT_TRUE(upstream.WaitForConnections(1));
  EXPECT_FALSE(upstream.WaitForAllClosed(absl::Milliseconds(5)));
}

TEST(FakeUpstreamTest, EndsWithConnectionsInEveryState) {
  FakeUpstream upstream;
  upstream.SetReply(UpstreamReply().Stall());
  RawClient silent(upstream.port());
  RawClient stalled(upstream.port());
  stalled.Write(kGet);
  EXPECT_TRUE(upstream.WaitForRequests(1));
  EXPECT_TRUE(upstream.WaitForConnections(2));
}

}  // namespace
}  // namespace aigateway

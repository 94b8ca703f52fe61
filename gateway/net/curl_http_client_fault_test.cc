// What a provider or the network does wrong, and what the caller is told.

#include <arpa/inet.h>
#include <memory>
#include <netinet/in.h>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>
#include <zlib.h>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/net/curl_http_client.h"
#include "gateway/net/http_client_fixture.h"
#include "tests/fakes/fake_upstream.h"

namespace aigateway {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// A port of loopback where connections are neither made nor refused.
class BlackHole {
 public:
  BlackHole() : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 0), 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    // Nobody accepts: once the queue is full, the kernel answers no more.
    for (int& filler : fillers_) {
      filler = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      connect(filler, reinterpret_cast<sockaddr*>(&address), size);
    }
  }
  ~BlackHole() {
    for (int filler : fillers_) close(filler);
    close(listener_);
  }
  std::string url() const { return absl::StrCat("http://127.0.0.1:", port_); }

 private:
  int listener_;
  int fillers_[4];
  int port_ = 0;
};

class CurlHttpClientFaultTest : public HttpClientTest {
 protected:
  // Sends a request with secrets in every place to `reply`, checks that none
  // shows in the error, and that the client is well afterwards.
  absl::Status Fail(UpstreamReply reply, bool stream = false) {
    upstream_.SetReply(std::move(reply));
    Exchange& exchange =
        New(absl::StrCat("http://user:secret1@", upstream_.host(),
                         "/secret2?key=secret3#secret4"),
            stream);
    exchange.request.method = "POST";
    exchange.request.headers.Add("Authorization", "Bearer secret5");
    exchange.request.body = "secret6";
    const absl::Status status = Run(exchange);
    body_ = exchange.sink.body;
    heads_ = exchange.sink.heads;
    EXPECT_FALSE(status.ok());
    CheckText(status);

    upstream_.SetReply(JsonAnswer("well"));
    Exchange& after = New(upstream_.url());
    EXPECT_TRUE(Run(after).ok());
    EXPECT_EQ(after.sink.body, "well");
    return status;
  }

  void CheckText(const absl::Status& status) {
    const std::string text = status.ToString();
    EXPECT_THAT(std::string(status.message()),
                StartsWith(upstream_.host() + ": "));
    EXPECT_THAT(text, Not(HasSubstr("secret")));
    EXPECT_THAT(text, Not(HasSubstr("user")));
  }

  static std::string Stage(const absl::Status& status) {
    return GetErrorMetadata(status, "stage");
  }

  FakeUpstream upstream_;
  std::string body_;
  int heads_ = 0;
};

TEST_F(CurlHttpClientFaultTest, NothingListens) {
  std::string url;
  {
    const FakeUpstream gone;
    url = absl::StrCat("http://user:secret@", gone.host(), "/secret?secret");
  }
  const absl::Status status = Get(url);
  EXPECT_EQ(ReasonOf(status), ErrorReason::kProviderUnavailable);
  EXPECT_EQ(Stage(status), "connect");
  EXPECT_THAT(std::string(status.message()), HasSubstr("connection refused"));
  EXPECT_THAT(status.ToString(), Not(HasSubstr("secret")));
}

TEST_F(CurlHttpClientFaultTest, TheConnectionIsNotMadeInTime) {
  const BlackHole hole;
  Exchange& exchange = New(hole.url());
  exchange.request.connect_timeout = absl::Milliseconds(50);

  const absl::Status status = Run(exchange);

  EXPECT_EQ(ReasonOf(status), ErrorReason::kProviderUnavailable);
  EXPECT_EQ(Stage(status), "connect");
  EXPECT_THAT(std::string(status.message()), HasSubstr("within 50ms"));
}

TEST_F(CurlHttpClientFaultTest, TheProcessHasNoDescriptorLeft) {
  ASSERT_TRUE(Get(upstream_.url()).ok());  // The loop has what it needs.
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next = dup(0);
  close(next);
  const rlimit none = {.rlim_cur = static_cast<rlim_t>(next),
                       .rlim_max = before.rlim_max};
  FakeUpstream* const other = &upstream_;
  Exchange& exchange = New(absl::StrCat("http://127.0.0.2:", other->port()));
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);

  const absl::Status status = Run(exchange);

  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(ReasonOf(status), ErrorReason::kProviderUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("too many open files"));
}

TEST_F(CurlHttpClientFaultTest, TheConnectionBreaksBeforeTheAnswer) {
  for (UpstreamReply reply :
       {UpstreamReply().Close(), UpstreamReply().Reset()}) {
    const absl::Status status = Fail(reply);
    EXPECT_EQ(ReasonOf(status), ErrorReason::kProviderUnavailable);
    EXPECT_EQ(Stage(status), "receive");
    EXPECT_EQ(heads_, 0);
  }
}

TEST_F(CurlHttpClientFaultTest, TheConnectionClosesInsideTheHead) {
  const std::string head = HttpHead(200, {{"Content-Length", "0"}, {"A", "1"}});
  for (size_t cut = 1; cut < head.size(); ++cut) {
    const absl::Status status =
        Fail(UpstreamReply().Send(head.substr(0, cut)).Close());
    EXPECT_THAT(ReasonOf(status), AnyOf(ErrorReason::kProviderProtocolError,
                                        ErrorReason::kProviderUnavailable))
        << cut;
    EXPECT_EQ(heads_, 0) << cut;
  }
}

TEST_F(CurlHttpClientFaultTest, TheConnectionIsResetInTheMiddleOfTheBody) {
  const auto read = std::make_shared<UpstreamGate>();
  upstream_.SetReply(
      UpstreamReply().Send(SseHead() + Chunk("part")).Await(read).Reset());
  Exchange& exchange = NewStream(upstream_.url());
  Begin(exchange);
  ASSERT_TRUE(RunUntil([&] { return exchange.sink.body == "part"; }));
  read->Open();

  const absl::Status status = Finish(exchange);

  EXPECT_EQ(ReasonOf(status), ErrorReason::kProviderUnavailable);
  EXPECT_EQ(Stage(status), "receive");
}

TEST_F(CurlHttpClientFaultTest, TheBodyIsCutAtEveryByte) {
  const std::string framings[] = {
      HttpHead(200, {{"Content-Length", "11"}}) + "hello world",
      SseHead() + Chunk("hello ") + Chunk("world") + "0\r\nT: 1\r\n\r"};
  // Of the second only the very last line feed is missing, which nobody misses.
  for (const std::string& all : framings) {
    const size_t head = all.find("\r\n\r\n") + 4;
    for (size_t cut = head; cut < all.size(); ++cut) {
      for (bool stream : {false, true}) {
        const absl::Status status =
            Fail(UpstreamReply().Send(all.substr(0, cut)).Close(), stream);
        EXPECT_EQ(ReasonOf(status), ErrorReason::kProviderProtocolError) << cut;
        EXPECT_EQ(heads_, 1);
        EXPECT_THAT("hello world", StartsWith(body_));
      }
    }
  }
}

TEST_F(CurlHttpClientFaultTest, TheChunksAreMalformed) {
  for (const std::string& chunks :
       {"zz\r\nhello\r\n", "-1\r\nhello\r\n", "\r\n\r\n",
        "fffffffffffffffff\r\nx", "5\r\nhelloworld\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n"}) {
    const absl::Status status =
        Fail(UpstreamReply().Send(SseHead() + chunks).Close(), true);
    EXPECT_EQ(ReasonOf(status), ErrorReason::kProviderProtocolError) << chunks;
  }
}

TEST_F(CurlHttpClientFaultTest, TheAnswerIsNotHttp) {
  for (const std::string& bytes :
       {std::string("<html>sorry</html>"), std::string("SSH-2.0-x\r\n"),
        std::string("HTTP/1.1 abc\r\n\r\n"), std::string("\0\1\2\3\4\5\6", 7),
        std::string("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\n: nameless\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nA: \0b\r\n\r\n", 27),
        std::string("HTTP/1.1 200 OK\r\n folded\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"),
        std::string("HTTP/1.1 101 Switching Protocols\r\n\r\nxyz"),
        std::string("HTTP/9.9 200 OK\r\n\r\n")}) {
    const absl::Status status = Fail(UpstreamReply().Send(bytes).Close());
    EXPECT_EQ(ReasonOf(status), ErrorReason::kProviderProtocolError) << bytes;
    EXPECT_EQ(heads_, 0) << bytes;
  }
}

TEST_F(CurlHttpClientFaultTest, TheHeadIsTooLarge) {
  const std::string line = absl::StrCat("A: ", std::string(1000, 'x'), "\r\n");
  const UpstreamReply bombs[] = {
      UpstreamReply().Send("HTTP/1.1 200 OK\r\n").SendTimes(line, 100000),
      UpstreamReply()
          .Send("HTTP/1.1 200 OK\r\nA: ")
          .SendTimes("xxxxxxxxxx", 200000),
      UpstreamReply().SendTimes("xxxxxxxxxxxxxxxx", 200000),
      UpstreamReply().SendTimes("HTTP/1.1 102 Processing\r\n\r\n", 200000),
      UpstreamReply()
          .Send(SseHead() + Chunk("x") + "0\r\n")
          .SendTimes(line, 100000)};
  for (const UpstreamReply& bomb : bombs) {
    const absl::Status status = Fail(bomb);
    EXPECT_EQ(ReasonOf(status), ErrorReason::kProviderProtocolError);
  }
}

TEST_F(CurlHttpClientFaultTest, TheHeadPassesTheRequestsOwnBound) {
  upstream_.SetReply(Answer(200, "ok", {{"A", std::string(500, 'x')}}));
  Exchange& exchange = New(upstream_.url());
  exchange.request.max_header_bytes = 400;
  const absl::Status status = Run(exchange);
  EXPECT_EQ(ReasonOf(status), ErrorReason::kProviderProtocolError);
  EXPECT_THAT(std::string(status.message()), HasSubstr("headers"));

  Exchange& wider = New(upstream_.url());
  wider.request.max_header_bytes = 1000;
  EXPECT_TRUE(Run(wider).ok());
}

TEST_F(CurlHttpClientFaultTest, TheBodyOfAUnaryCallIsTooLong) {
  const std::string piece(1000, 'x');
  const UpstreamReply longs[] = {
      Answer(200, std::string(10001, 'x')),
      UpstreamReply().Send(SseHead()).SendTimes(Chunk(piece), 100000),
      UpstreamReply().Send(HttpHead(200)).SendTimes(piece, 100000)};
  for (const UpstreamReply& reply : longs) {
    upstream_.SetReply(reply);
    Exchange& exchange = New(upstream_.url());
    exchange.request.max_body_bytes = 10000;
    const absl::Status status = Run(exchange);
    EXPECT_EQ(ReasonOf(status), ErrorReason::kProviderProtocolError);
    EXPECT_THAT(std::string(status.message()), HasSubstr("10000 bytes"));
    EXPECT_LE(exchange.sink.size, 10000);
  }
  upstream_.SetReply(Answer(200, std::string(10000, 'x')));
  Exchange& exact = New(upstream_.url());
  exact.request.max_body_bytes = 10000;
  EXPECT_TRUE(Run(exact).ok());
}

TEST_F(CurlHttpClientFaultTest, AStreamMayBeLongerThanThat) {
  upstream_.SetReply(Answer(200, std::string(100000, 'x')));
  Exchange& exchange = NewStream(upstream_.url());
  exchange.request.max_body_bytes = 10000;
  EXPECT_TRUE(Run(exchange).ok());
  EXPECT_EQ(exchange.sink.size, 100000);
}

// Compresses in one go.
std::string Deflate(const std::string& text) {
  uLongf size = compressBound(text.size());
  std::string packed(size, '\0');
  EXPECT_EQ(compress(reinterpret_cast<Bytef*>(packed.data()), &size,
                     reinterpret_cast<const Bytef*>(text.data()), text.size()),
            Z_OK);
  packed.resize(size);
  return packed;
}

TEST_F(CurlHttpClientFaultTest, ACompressedAnswerIsBoundedAsItUnfolds) {
  const std::string bomb = Deflate(std::string(50 * 1024 * 1024, 'x'));
  ASSERT_LT(bomb.size(), 100000);
  upstream_.SetReply(Answer(200, bomb, {{"Content-Encoding", "deflate"}}));
  Exchange& exchange = New(upstream_.url());
  exchange.request.max_body_bytes = 1000000;
  exchange.sink.keep = false;
  EXPECT_EQ(ReasonOf(Run(exchange)), ErrorReason::kProviderProtocolError);
  EXPECT_LE(exchange.sink.size, 1000000);
}

TEST_F(CurlHttpClientFaultTest, TheCompressionIsMalformed) {
  EXPECT_EQ(ReasonOf(Fail(Answer(200, "this is not gzip",
                                 {{"Content-Encoding", "gzip"}}))),
            ErrorReason::kProviderProtocolError);
  EXPECT_EQ(ReasonOf(Fail(
                Answer(200, "what is that?", {{"Content-Encoding", "sdch"}}))),
            ErrorReason::kProviderProtocolError);
}

TEST_F(CurlHttpClientFaultTest, TheServerAnswersAndClosesBeforeItReadAll) {
  // It says no after a part of the request, as many do to one too large.
  upstream_.SetGreeting(UpstreamReply().Send(
      HttpHead(413, {{"Content-Length", "0"}, {"Connection", "close"}})));
  upstream_.SetReply(UpstreamReply().Close());
  Exchange& exchange = New(upstream_.url());
  exchange.request.method = "POST";
  exchange.request.body = std::string(4 * 1024 * 1024, 'x');

  EXPECT_TRUE(Run(exchange).ok());

  EXPECT_EQ(exchange.sink.status, 413);
}

TEST_F(CurlHttpClientFaultTest, TheUrlIsWrong) {
  for (const char* url : {"http://host:99999/secret", "http://host:secret/",
                          "http://[::1/secret", "http://a_b%zz/secret"}) {
    const absl::Status status = Get(url);
    EXPECT_THAT(ReasonOf(status), AnyOf(ErrorReason::kInvalidConfig,
                                        ErrorReason::kProviderUnavailable))
        << url;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("/secret")));
  }
}

}  // namespace
}  // namespace aigateway

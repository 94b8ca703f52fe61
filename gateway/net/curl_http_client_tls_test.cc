// TLS is always verified; unary calls may share HTTP/2 connections.

#include <arpa/inet.h>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <netinet/in.h>
#include <set>
#include <signal.h>
#include <spawn.h>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/net/curl_http_client.h"
#include "gateway/net/http_client_fixture.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/test_certificate.h"

namespace aigateway {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class CurlHttpClientTlsTest : public HttpClientTest {
 protected:
  void Trust(const FakeUpstream& upstream) {
    MakeLoop({.ca_bundle = upstream.certificate_path()});
  }
  static void ExpectTlsFailure(const absl::Status& status) {
    EXPECT_EQ(ReasonOf(status), ErrorReason::kProviderUnavailable);
    EXPECT_EQ(GetErrorMetadata(status, "stage"), "tls");
  }
};

TEST_F(CurlHttpClientTlsTest, TalksToWhomItTrusts) {
  FakeUpstream upstream({.tls = true});
  Trust(upstream);
  for (bool stream : {false, true, false}) {
    Exchange& exchange = New(upstream.url(), stream);
    EXPECT_TRUE(Run(exchange).ok());
    EXPECT_EQ(exchange.sink.body, "{}");
  }
  EXPECT_EQ(upstream.connection_count(), 1);
}

TEST_F(CurlHttpClientTlsTest, RefusesAnUnknownCertificate) {
  const FakeUpstream upstream({.tls = true});
  const absl::Status status = Get(upstream.url("/secret"));
  ExpectTlsFailure(status);
  EXPECT_THAT(std::string(status.message()), HasSubstr("certificate"));
  EXPECT_EQ(upstream.request_count(), 0);
}

TEST_F(CurlHttpClientTlsTest, RefusesTheCertificateOfAnotherHost) {
  const FakeUpstream upstream(
      {.tls = true, .certificate_name = "other.example"});
  Trust(upstream);
  ExpectTlsFailure(
      Get(absl::StrCat("https://localhost:", upstream.port(), "/")));
  ExpectTlsFailure(Get(absl::StrCat("https://", upstream.host(), "/")));
  EXPECT_EQ(upstream.request_count(), 0);
}

TEST_F(CurlHttpClientTlsTest, KnowsAddressesInCertificates) {
  const FakeUpstream upstream({.tls = true, .certificate_name = "127.0.0.1"});
  Trust(upstream);
  EXPECT_TRUE(Get(upstream.url()).ok());
}

TEST_F(CurlHttpClientTlsTest, SpeaksTlsToAPlainPort) {
  FakeUpstream upstream;
  upstream.SetGreeting(
      UpstreamReply().Send("HTTP/1.1 400 Bad\r\n\r\n").Close());
  ExpectTlsFailure(Get(absl::StrCat("https://", upstream.host(), "/")));
}

TEST_F(CurlHttpClientTlsTest, SpeaksPlainToATlsPort) {
  const FakeUpstream upstream({.tls = true});
  const absl::Status status =
      Get(absl::StrCat("http://", upstream.host(), "/"));
  EXPECT_THAT(ReasonOf(status), AnyOf(ErrorReason::kProviderProtocolError,
                                      ErrorReason::kProviderUnavailable));
}

TEST_F(CurlHttpClientTlsTest, TheHandshakeStallsOrBreaks) {
  FakeUpstream upstream;  // Not TLS: it never answers the greeting.
  upstream.SetGreeting(UpstreamReply().Stall());
  const std::string url = absl::StrCat("https://", upstream.host(), "/");
  Exchange& stalled = New(url);
  stalled.request.connect_timeout = absl::Milliseconds(50);
  EXPECT_EQ(GetErrorMetadata(Run(stalled), "stage"), "connect");
  EXPECT_TRUE(upstream.WaitForClientClose());

  Exchange& cancelled = New(url);
  Begin(cancelled);
  ASSERT_TRUE(RunUntil([&] { return upstream.connection_count() == 2; }));
  RunFor(absl::Milliseconds(5));
  cancelled.scope.Cancel(absl::CancelledError("gone"));
  EXPECT_TRUE(upstream.WaitForClientClose(2));
  loop().RunReady();
  EXPECT_TRUE(cancelled.ended());

  // It may come before the client has seen that it was connected.
  upstream.SetGreeting(UpstreamReply().Reset());
  const absl::Status reset = Get(url);
  EXPECT_EQ(ReasonOf(reset), ErrorReason::kProviderUnavailable);
  EXPECT_THAT(GetErrorMetadata(reset, "stage"), AnyOf("tls", "connect"));
}

TEST_F(CurlHttpClientTlsTest, TheConnectionBreaksInTheMiddle) {
  FakeUpstream upstream({.tls = true});
  Trust(upstream);
  for (const UpstreamReply& reply :
       {UpstreamReply().Send(SseHead() + Chunk("part")).Reset(),
        UpstreamReply().Send(SseHead() + Chunk("part")).Close(),
        UpstreamReply().Reset(), UpstreamReply().Close(),
        // Without its own framing only TLS's own end is an end.
        UpstreamReply().Send(HttpHead(200) + "part").Reset()}) {
    upstream.SetReply(reply);
    const absl::Status status = Run(NewStream(upstream.url()));
    EXPECT_THAT(ReasonOf(status), AnyOf(ErrorReason::kProviderProtocolError,
                                        ErrorReason::kProviderUnavailable));
  }
}

TEST_F(CurlHttpClientTlsTest, CancelsAndPausesUnderTls) {
  FakeUpstream upstream({.tls = true});
  Trust(upstream);
  std::string body;
  for (int i = 0; i < 200000; ++i) body += std::to_string(i) + ",";
  upstream.SetReply(Answer(200, body));
  Exchange& exchange = NewStream(upstream.url());
  exchange.sink.on_body = [&](absl::string_view) {
    exchange.flow.Pause();
    loop().Post([&exchange] { exchange.flow.Resume(); });
    return absl::OkStatus();
  };
  EXPECT_TRUE(Run(exchange).ok());
  EXPECT_EQ(exchange.sink.body, body);

  upstream.SetReply(UpstreamReply().Send(SseHead() + Chunk("a")).Stall());
  Exchange& cancelled = NewStream(upstream.url());
  Begin(cancelled);
  ASSERT_TRUE(RunUntil([&] { return cancelled.sink.body == "a"; }));
  cancelled.scope.Cancel(absl::CancelledError("gone"));
  EXPECT_TRUE(upstream.WaitForClientClose());
}

// A free port; another process may take it first, but that is unlikely.
int FreePort() {
  const FakeUpstream upstream;
  return upstream.port();
}

// nginx with HTTP/2 over TLS on loopback, if this machine has it.
class Http2Test : public CurlHttpClientTlsTest {
 protected:
  void SetUp() override {
    if (access(kNginx, X_OK) != 0) {
      GTEST_SKIP() << "no " << kNginx << " here: HTTP/2 is not tested";
    }
    const TestCertificate certificate = TestCertificate::For("127.0.0.1");
    const std::string certificate_path = certificate.WriteCertificate();
    const char* directory = getenv("TEST_TMPDIR");
    std::string root = absl::StrCat(directory == nullptr ? "/tmp" : directory,
                                    "/nginx.XXXXXX");
    ASSERT_NE(mkdtemp(root.data()), nullptr);
    port_ = FreePort();
    std::ofstream(root + "/big") << std::string(1024 * 1024, 'x');
    std::ofstream(root + "/conf") << absl::StrCat(
        "user root; daemon off; master_process off; pid ", root, "/pid;\n",
        "error_log ", root, "/errors;\nevents {}\nhttp {\naccess_log off;\n",
        "client_body_temp_path ", root, "/b; proxy_temp_path ", root,
        "/p; fastcgi_temp_path ", root, "/f; uwsgi_temp_path ", root,
        "/u; scgi_temp_path ", root, "/s;\nserver {\nlisten 127.0.0.1:", port_,
        " ssl http2;\nssl_certificate ", certificate_path,
        ";\nssl_certificate_key ", certificate.WriteKey(),
        ";\nkeepalive_requests 50;\nlocation / { return 200 \"$server_protocol",
        " $connection $request_uri\"; }\nlocation /slow { limit_rate 1k;",
        " alias ", root, "/big; }\n}\n}\n");
    const std::string conf = root + "/conf";
    const char* const arguments[] = {kNginx,       "-e", "stderr",     "-p",
                                     root.c_str(), "-c", conf.c_str(), nullptr};
    char* const environment[] = {nullptr};
    ASSERT_EQ(posix_spawn(&process_, kNginx, nullptr, nullptr,
                          const_cast<char* const*>(arguments), environment),
              0);
    MakeLoop({.ca_bundle = certificate_path});
    ASSERT_TRUE(RunUntil([this] { return Listens(); }));
  }
  void TearDown() override {
    if (process_ <= 0) return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }

  bool Listens() {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {.sin_family = AF_INET,
                           .sin_port = htons(static_cast<uint16_t>(port_))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool listens = connect(fd, reinterpret_cast<sockaddr*>(&address),
                                 sizeof(address)) == 0;
    close(fd);
    if (!listens) RunFor(absl::Milliseconds(10));
    return listens;
  }
  std::string Url(absl::string_view path) const {
    return absl::StrCat("https://127.0.0.1:", port_, path);
  }
  // The protocol, and the connection's number, that nginx saw.
  static std::vector<std::string> Seen(const Exchange& exchange) {
    return absl::StrSplit(exchange.sink.body, ' ');
  }

  static constexpr const char* kNginx = "/usr/sbin/nginx";
  int port_ = 0;
  pid_t process_ = 0;
};

TEST_F(Http2Test, UnaryCallsUseItAndStreamsDoNot) {
  Exchange& unary = New(Url("/unary"));
  ASSERT_TRUE(Run(unary).ok());
  EXPECT_EQ(Seen(unary)[0], "HTTP/2.0");
  EXPECT_EQ(unary.sink.status, 200);

  Exchange& stream = NewStream(Url("/stream"));
  ASSERT_TRUE(Run(stream).ok());
  EXPECT_EQ(Seen(stream)[0], "HTTP/1.1");
  EXPECT_NE(Seen(stream)[1], Seen(unary)[1]);

  Exchange& without = New(Url("/without"));
  without.request.http2 = false;
  ASSERT_TRUE(Run(without).ok());
  EXPECT_EQ(Seen(without)[0], "HTTP/1.1");

  Exchange& with_flow = New(Url("/flow"));
  with_flow.has_flow = true;
  ASSERT_TRUE(Run(with_flow).ok());
  EXPECT_EQ(Seen(with_flow)[0], "HTTP/1.1");

  Exchange& again = New(Url("/unary"));
  again.request.method = "POST";
  again.request.body = "x";
  ASSERT_TRUE(Run(again).ok());
  EXPECT_EQ(Seen(again)[1], Seen(unary)[1]);
}

TEST_F(Http2Test, ManyCallsShareAConnection) {
  ASSERT_TRUE(Get(Url("/first")).ok());
  std::vector<Exchange*> exchanges;
  for (int i = 0; i < 40; ++i) {
    Begin(*exchanges.emplace_back(&New(Url(absl::StrCat("/", i)))));
  }
  std::set<std::string> connections;
  for (size_t i = 0; i < exchanges.size(); ++i) {
    ASSERT_TRUE(Finish(*exchanges[i]).ok());
    EXPECT_EQ(Seen(*exchanges[i])[2], absl::StrCat("/", i));
    connections.insert(Seen(*exchanges[i])[1]);
  }
  EXPECT_EQ(connections.size(), 1);
}

TEST_F(Http2Test, SurvivesTheEndOfConnectionsUnderLoad) {
  // The server says goodbye after 50 requests, while others are under way.
  std::vector<Exchange*> exchanges;
  size_t failed = 0;
  for (int i = 0; i < 1000; ++i) {
    Begin(*exchanges.emplace_back(&New(Url("/"))));
    if (i % 20 == 19) {
      for (Exchange* exchange : exchanges) failed += !Finish(*exchange).ok();
      exchanges.clear();
    }
  }
  EXPECT_EQ(failed, 0);
}

TEST_F(Http2Test, CancellingOneLeavesTheOthersOfItsConnection) {
  ASSERT_TRUE(Get(Url("/first")).ok());
  Exchange& slow = New(Url("/slow"));
  Exchange& cancelled = New(Url("/slow"));
  Begin(slow);
  Begin(cancelled);
  ASSERT_TRUE(
      RunUntil([&] { return slow.sink.size > 0 && cancelled.sink.size > 0; }));
  cancelled.scope.Cancel(absl::CancelledError("gone"));
  loop().RunReady();
  EXPECT_TRUE(cancelled.ended());
  EXPECT_FALSE(slow.ended());

  const size_t before = slow.sink.size;
  EXPECT_TRUE(RunUntil([&] { return slow.sink.size > before; }));
  EXPECT_TRUE(Get(Url("/after")).ok());
  EXPECT_FALSE(slow.ended());
}

}  // namespace
}  // namespace aigateway

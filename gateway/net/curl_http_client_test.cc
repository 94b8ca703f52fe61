#include "gateway/net/curl_http_client.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>
#include <zlib.h>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/net/http_client_fixture.h"
#include "tests/fakes/fake_upstream.h"

namespace aigateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class CurlHttpClientTest : public HttpClientTest {
 protected:
  FakeUpstream upstream_;
};

std::string Gzip(const std::string& text) {
  z_stream stream = {};
  EXPECT_EQ(
      deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY),
      Z_OK);
  std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

TEST_F(CurlHttpClientTest, SendsTheRequestAndNothingElse) {
  Exchange& exchange = New(upstream_.url("/v1/chat?a=1"));
  exchange.request.method = "POST";
  exchange.request.headers.Add("Authorization", "Bearer sk-1");
  exchange.request.headers.Add("Content-Type", "application/json");
  exchange.request.headers.Add("X-Empty", "");
  exchange.request.headers.Add("X-Twice", "1");
  exchange.request.headers.Add("X-Twice", "2");
  exchange.request.body = R"({"model":"m"})";

  ASSERT_TRUE(Run(exchange).ok());

  const UpstreamRequest request = upstream_.requests().at(0);
  EXPECT_EQ(
      request.head,
      absl::StrCat("POST /v1/chat?a=1 HTTP/1.1\r\nHost: ", upstream_.host(),
                   "\r\nUser-Agent: aigateway\r\nAccept: */*\r\n"
                   "Accept-Encoding: gzip, deflate\r\n"
                   "Authorization: Bearer sk-1\r\n"
                   "Content-Type: application/json\r\nX-Empty:\r\n"
                   "X-Twice: 1\r\nX-Twice: 2\r\n"
                   "Content-Length: 13\r\n\r\n"));
  EXPECT_EQ(request.body, R"({"model":"m"})");
}

TEST_F(CurlHttpClientTest, GivesHeadAndBody) {
  upstream_.SetReply(Answer(404, "no such thing", {{"X-One", "1"}}));
  Exchange& exchange = New(upstream_.url());

  EXPECT_TRUE(Run(exchange).ok());

  EXPECT_EQ(exchange.sink.heads, 1);
  EXPECT_EQ(exchange.sink.status, 404);
  EXPECT_EQ(exchange.sink.headers.Get("x-one"), "1");
  EXPECT_EQ(exchange.sink.body, "no such thing");
}

TEST_F(CurlHttpClientTest, SendsEveryMethod) {
  const struct {
    const char* method;
    const char* body;
    const char* length;  // Content-Length that is sent.
  } kCases[] = {{"GET", "", ""},    {"POST", "", "0"},   {"PUT", "abc", "3"},
                {"DELETE", "", ""}, {"POST", "ab", "2"}, {"GET", "q", "1"},
                {"HEAD", "", ""},   {"PATCH", "x", "1"}, {"GET", "", ""},
                {"OPTIONS", "", ""}};
  for (const auto& c : kCases) {
    upstream_.SetReply(
        absl::string_view(c.method) == "HEAD"
            ? UpstreamReply().Send(HttpHead(200, {{"Content-Length", "5"}}))
            : Answer(200, "hello"));
    Exchange& exchange = New(upstream_.url("/x"));
    exchange.request.method = c.method;
    exchange.request.body = c.body;

    ASSERT_TRUE(Run(exchange).ok()) << c.method;

    const UpstreamRequest request = upstream_.requests().back();
    EXPECT_EQ(request.method, c.method);
    EXPECT_EQ(request.body, c.body) << c.method;
    EXPECT_EQ(request.headers.Get("content-length"), c.length) << c.method;
    EXPECT_FALSE(request.headers.Has("content-type")) << c.method;
    EXPECT_EQ(exchange.sink.body,
              absl::string_view(c.method) == "HEAD" ? "" : "hello");
  }
  EXPECT_EQ(upstream_.connection_count(), 1);
}

TEST_F(CurlHttpClientTest, KeepsConnectionsForUnaryCallsAndStreams) {
  upstream_.SetReply(SseAnswer({"a"}));
  for (int i = 0; i < 6; ++i) {
    Exchange& exchange = New(upstream_.url(), /*stream=*/i % 2 == 0);
    ASSERT_TRUE(Run(exchange).ok());
    EXPECT_EQ(exchange.sink.body, SseEvent("a"));
  }
  EXPECT_EQ(upstream_.connection_count(), 1);
  EXPECT_EQ(http().kept_connections(), 1);
}

TEST_F(CurlHttpClientTest, CarriesNothingFromOneRequestIntoTheNext) {
  Exchange& first =
      New(absl::StrCat("http://user:secret@", upstream_.host(), "/first"));
  first.request.method = "POST";
  first.request.body = "body";
  first.request.headers.Add("X-Key", "secret");
  ASSERT_TRUE(Run(first).ok());
  ASSERT_TRUE(Get(upstream_.url("/second")).ok());

  const std::vector<UpstreamRequest> requests = upstream_.requests();
  EXPECT_THAT(std::string(requests[0].headers.Get("Authorization")),
              StartsWith("Basic "));
  EXPECT_EQ(requests[1].head,
            absl::StrCat("GET /second HTTP/1.1\r\nHost: ", upstream_.host(),
                         "\r\nUser-Agent: aigateway\r\nAccept: */*\r\n"
                         "Accept-Encoding: gzip, deflate\r\n\r\n"));
}

TEST_F(CurlHttpClientTest, DecodesCompressedAnswers) {
  const std::string text(100000, 'x');
  upstream_.SetReply(Answer(200, Gzip(text), {{"Content-Encoding", "gzip"}}));
  Exchange& exchange = New(upstream_.url());
  EXPECT_TRUE(Run(exchange).ok());
  EXPECT_EQ(exchange.sink.body, text);
}

TEST_F(CurlHttpClientTest, AsksForStreamsAsTheyAreAndDecodesThemAllTheSame) {
  upstream_.SetReply(
      UpstreamReply()
          .Send(HttpHead(200, {{"Content-Encoding", "gzip"},
                               {"Transfer-Encoding", "chunked"}}))
          .Send(Chunk(Gzip(SseEvent("x"))))
          .Send(LastChunk()));
  Exchange& exchange = NewStream(upstream_.url());

  EXPECT_TRUE(Run(exchange).ok());

  EXPECT_EQ(exchange.sink.body, SseEvent("x"));
  EXPECT_EQ(upstream_.requests().at(0).headers.Get("accept-encoding"),
            "identity");
}

TEST_F(CurlHttpClientTest, SkipsInformationalAnswers) {
  upstream_.SetReply(UpstreamReply()
                         .Send("HTTP/1.1 100 Continue\r\n\r\n")
                         .Send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
                         .Send(HttpHead(200, {{"Content-Length", "2"}}))
                         .Send("ok"));
  Exchange& exchange = New(upstream_.url());
  exchange.request.method = "POST";
  exchange.request.body = "x";
  EXPECT_TRUE(Run(exchange).ok());
  EXPECT_EQ(exchange.sink.heads, 1);
  EXPECT_EQ(exchange.sink.status, 200);
  EXPECT_FALSE(exchange.sink.headers.Has("link"));
  EXPECT_EQ(exchange.sink.body, "ok");
}

TEST_F(CurlHttpClientTest, ARedirectIsTheAnswer) {
  FakeUpstream other;
  for (const std::string& location :
       {other.url("/steal"), std::string("/other"),
        std::string("file:///etc/hostname"), std::string("http://[bad"),
        std::string("\x01\x02"), std::string()}) {
    for (int status : {301, 302, 303, 307, 308}) {
      upstream_.SetReply(Answer(status, "moved", {{"Location", location}}));
      Exchange& exchange = New(upstream_.url());
      exchange.request.method = "POST";
      exchange.request.body = "prompt";
      exchange.request.headers.Add("x-api-key", "sk-1");
      EXPECT_TRUE(Run(exchange).ok()) << location;
      EXPECT_EQ(exchange.sink.status, status);
      EXPECT_EQ(exchange.sink.headers.Get("location"), location);
      EXPECT_EQ(exchange.sink.body, "moved");
    }
  }
  EXPECT_EQ(other.connection_count(), 0);
  EXPECT_EQ(upstream_.request_count(), 6 * 5);
  for (const UpstreamRequest& request : upstream_.requests()) {
    EXPECT_EQ(request.method, "POST");
  }
}

TEST_F(CurlHttpClientTest, UploadsLargeBodiesWhole) {
  upstream_.SetHandler([](const UpstreamRequest& request) {
    return Answer(200, absl::StrCat(std::hash<std::string>()(request.body)));
  });
  std::string body;
  for (int i = 0; body.size() < 8 * 1024 * 1024; ++i) absl::StrAppend(&body, i);
  Exchange& exchange = New(upstream_.url());
  exchange.request.method = "POST";
  exchange.request.body = body;

  EXPECT_TRUE(Run(exchange).ok());

  EXPECT_EQ(exchange.sink.body, absl::StrCat(std::hash<std::string>()(body)));
  EXPECT_FALSE(upstream_.requests().at(0).headers.Has("expect"));
}

TEST_F(CurlHttpClientTest, ReadsAnAnswerThatComesByteByByte) {
  upstream_.SetReply(UpstreamReply().Trickle(
      HttpHead(200, {{"A", "1"}, {"Transfer-Encoding", "chunked"}}) +
      Chunk("hello ") + Chunk("world") + "0\r\nX-Trailer: 1\r\n\r\n"));
  Exchange& exchange = NewStream(upstream_.url());
  EXPECT_TRUE(Run(exchange).ok());
  EXPECT_EQ(exchange.sink.headers.Get("a"), "1");
  EXPECT_FALSE(exchange.sink.headers.Has("x-trailer"));
  EXPECT_EQ(exchange.sink.body, "hello world");
}

TEST_F(CurlHttpClientTest, HandsOverWhatHasComeWithoutWaitingForMore) {
  const auto more = std::make_shared<UpstreamGate>();
  upstream_.SetReply(UpstreamReply()
                         .Send(SseHead() + Chunk(SseEvent("1")))
                         .Await(more)
                         .Send(Chunk(SseEvent("2")) + LastChunk()));
  Exchange& exchange = NewStream(upstream_.url());
  Begin(exchange);
  EXPECT_TRUE(RunUntil([&] { return exchange.sink.body == SseEvent("1"); }));
  EXPECT_FALSE(exchange.ended());
  more->Open();
  EXPECT_TRUE(Finish(exchange).ok());
  EXPECT_EQ(exchange.sink.body, SseEvent("1") + SseEvent("2"));
}

TEST_F(CurlHttpClientTest, ABodyMayBeEmptyOrEndWithTheConnection) {
  const struct {
    UpstreamReply reply;
    std::string body;
  } kCases[] = {
      {UpstreamReply().Send(HttpHead(204)), ""},
      {UpstreamReply().Send(HttpHead(304, {{"Content-Length", "9"}})), ""},
      {Answer(200, ""), ""},
      {UpstreamReply().Send(HttpHead(200) + "to the end").Close(),
       "to the end"},
      {UpstreamReply().Send("HTTP/1.0 200 OK\r\n\r\nold").Close(), "old"},
  };
  for (const auto& c : kCases) {
    upstream_.SetReply(c.reply);
    Exchange& exchange = New(upstream_.url());
    EXPECT_TRUE(Run(exchange).ok());
    EXPECT_EQ(exchange.sink.heads, 1);
    EXPECT_EQ(exchange.sink.body, c.body);
  }
}

TEST_F(CurlHttpClientTest, RunsManyExchangesAtOnceEachWithItsOwnAnswer) {
  const auto go = std::make_shared<UpstreamGate>();
  upstream_.SetHandler([go](const UpstreamRequest& request) {
    return UpstreamReply()
        .Send(SseHead())
        .Await(go)
        .Send(Chunk(request.target + " " + request.body))
        .Send(LastChunk());
  });
  constexpr int kCount = 300;
  std::vector<Exchange*> exchanges;
  for (int i = 0; i < kCount; ++i) {
    Exchange& exchange =
        New(upstream_.url(absl::StrCat("/", i)), /*stream=*/i % 2 == 0);
    exchange.request.method = "POST";
    exchange.request.body = absl::StrCat("body ", i);
    Begin(exchange);
    exchanges.push_back(&exchange);
  }
  EXPECT_TRUE(RunUntil([&] { return upstream_.request_count() == kCount; }));
  EXPECT_EQ(http().in_flight(), kCount);
  go->Open();
  for (int i = 0; i < kCount; ++i) {
    Exchange& exchange = *exchanges[static_cast<size_t>(i)];
    EXPECT_TRUE(Finish(exchange).ok());
    EXPECT_EQ(exchange.sink.body, absl::StrCat("/", i, " body ", i));
  }
  EXPECT_EQ(upstream_.connection_count(), kCount);
  EXPECT_EQ(http().in_flight(), 0);
  EXPECT_EQ(http().kept_connections(), kCount);
}

TEST_F(CurlHttpClientTest, ManyCallsOneAfterAnotherLeaveNothingBehind) {
  upstream_.SetReply(SseAnswer({"a", "b"}));
  size_t descriptors = 0;
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(Run(NewStream(upstream_.url())).ok());
    if (i == 5) descriptors = OpenDescriptors();
  }
  EXPECT_LE(OpenDescriptors(), descriptors);
  EXPECT_EQ(upstream_.connection_count(), 1);
}

TEST_F(CurlHttpClientTest, TheSinkMayEndTheExchange) {
  upstream_.SetReply(UpstreamReply().Send(SseHead() + Chunk("a")).Stall());
  Exchange& at_head = NewStream(upstream_.url());
  at_head.sink.on_head = [] { return absl::DataLossError("head"); };
  EXPECT_EQ(Run(at_head), absl::DataLossError("head"));
  EXPECT_EQ(at_head.sink.calls, 0);
  EXPECT_TRUE(upstream_.WaitForClientClose(1));

  Exchange& at_body = NewStream(upstream_.url());
  at_body.sink.on_body = [](absl::string_view) {
    return absl::DataLossError("body");
  };
  EXPECT_EQ(Run(at_body), absl::DataLossError("body"));
  EXPECT_TRUE(upstream_.WaitForClientClose(2));
}

TEST_F(CurlHttpClientTest, RefusesWhatWouldForgeAHeader) {
  Exchange& exchange = New(upstream_.url());
  exchange.request.headers.Add("Authorization", "Bearer abc\r\nX-Evil: 1");

  const absl::Status status = Run(exchange);

  EXPECT_EQ(ReasonOf(status), ErrorReason::kInvalidRequest);
  EXPECT_THAT(std::string(status.message()), HasSubstr("Authorization"));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("abc")));
  EXPECT_EQ(upstream_.connection_count(), 0);
}

TEST_F(CurlHttpClientTest, IgnoresProxiesOfTheEnvironment) {
  FakeUpstream proxy;
  setenv("http_proxy", proxy.url().c_str(), 1);
  setenv("all_proxy", proxy.url().c_str(), 1);
  EXPECT_TRUE(Get(upstream_.url()).ok());
  unsetenv("http_proxy");
  unsetenv("all_proxy");
  EXPECT_EQ(proxy.connection_count(), 0);
  EXPECT_EQ(upstream_.request_count(), 1);
}

TEST_F(CurlHttpClientTest, ResendsWhenAKeptConnectionClosesAsItIsUsed) {
  upstream_.SetReplies({JsonAnswer("1"), UpstreamReply().Close(),
                        JsonAnswer("2"), UpstreamReply().Reset(),
                        JsonAnswer("3")});
  for (const char* body : {"1", "2", "3"}) {
    Exchange& exchange = New(upstream_.url());
    exchange.request.method = "POST";
    exchange.request.body = "x";
    EXPECT_TRUE(Run(exchange).ok());
    EXPECT_EQ(exchange.sink.body, body);
  }
  EXPECT_EQ(upstream_.request_count(), 5);
  EXPECT_EQ(upstream_.connection_count(), 3);
}

TEST_F(CurlHttpClientTest, ResendsHoweverOftenThatHappens) {
  // Every second request finds its kept connection closing. libcurl counts that
  // for each of its handles, which are kept too.
  std::vector<UpstreamReply> replies;
  for (int i = 0; i < 20; ++i) {
    replies.push_back(JsonAnswer("ok"));
    replies.push_back(UpstreamReply().Close());
  }
  upstream_.SetReplies(std::move(replies));
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(Get(upstream_.url()).ok()) << i;
  EXPECT_EQ(upstream_.request_count(), 39);
}

TEST_F(CurlHttpClientTest, DoesNotUseAConnectionThatWasClosedMeanwhile) {
  const auto close = std::make_shared<UpstreamGate>();
  upstream_.SetReplies({JsonAnswer("1").Await(close).Close(), JsonAnswer("2")});
  ASSERT_TRUE(Get(upstream_.url()).ok());
  close->Open();
  ASSERT_TRUE(upstream_.WaitForAllClosed());

  EXPECT_TRUE(Get(upstream_.url()).ok());

  EXPECT_EQ(upstream_.request_count(), 2);
  EXPECT_EQ(upstream_.connection_count(), 2);
}

TEST_F(CurlHttpClientTest, AtRestClosesKeptConnectionsThatTheServerClosed) {
  const auto close = std::make_shared<UpstreamGate>();
  upstream_.SetReply(JsonAnswer("1").Await(close).Close());
  std::vector<Exchange*> exchanges;
  for (int i = 0; i < 5; ++i)
    Begin(*exchanges.emplace_back(&New(upstream_.url())));
  for (Exchange* exchange : exchanges) ASSERT_TRUE(Finish(*exchange).ok());
  const size_t descriptors = OpenDescriptors();
  ASSERT_EQ(http().kept_connections(), 5);
  close->Open();

  EXPECT_TRUE(RunUntil([&] { return http().kept_connections() == 0; }));

  // Both ends of each are in this process.
  EXPECT_LE(OpenDescriptors(), descriptors - 2 * 5);
}

}  // namespace
}  // namespace aigateway

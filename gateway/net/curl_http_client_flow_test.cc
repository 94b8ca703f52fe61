// Back-pressure, and sinks that have all they want.

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/timers.h"
#include "gateway/net/curl_http_client.h"
#include "gateway/net/http_client_fixture.h"
#include "tests/fakes/fake_upstream.h"

namespace aigateway {
namespace {

using ::testing::StartsWith;

class CurlHttpClientFlowTest : public HttpClientTest {
 protected:
  FakeUpstream upstream_;
};

TEST_F(CurlHttpClientFlowTest, GivesNoBodyWhileItIsPaused) {
  upstream_.SetReply(SseAnswer({"1", "2"}));
  Exchange& exchange = NewStream(upstream_.url());
  exchange.flow.Pause();
  Begin(exchange);
  ASSERT_TRUE(RunUntil([&] { return exchange.sink.heads == 1; }));
  RunFor(absl::Milliseconds(20));
  EXPECT_EQ(exchange.sink.calls, 0);
  EXPECT_FALSE(exchange.ended());

  exchange.flow.Resume();
  EXPECT_EQ(exchange.sink.calls, 0) << "not from within Resume()";
  EXPECT_TRUE(Finish(exchange).ok());
  EXPECT_EQ(exchange.sink.body, SseEvent("1") + SseEvent("2"));
}

TEST_F(CurlHttpClientFlowTest, LosesNothingWhenPausedAfterEveryPiece) {
  std::string body;
  for (int i = 0; i < 3000; ++i) body += std::to_string(i) + ",";
  UpstreamReply reply;
  reply.Send(SseHead());
  for (size_t at = 0; at < body.size(); at += 7) {
    reply.Send(Chunk(body.substr(at, 7)));
  }
  upstream_.SetReply(reply.Send(LastChunk()));
  Exchange& exchange = NewStream(upstream_.url());
  int pauses = 0;
  exchange.sink.on_body = [&](absl::string_view) {
    exchange.flow.Pause();
    ++pauses;
    loop().Post([&exchange] { exchange.flow.Resume(); });
    return absl::OkStatus();
  };
  EXPECT_TRUE(Run(exchange).ok());
  EXPECT_EQ(exchange.sink.body, body);
  EXPECT_GT(pauses, 1);
}

TEST_F(CurlHttpClientFlowTest, PausesAtTheLastPiece) {
  for (const UpstreamReply& reply :
       {Answer(200, "all"), SseAnswer({"all"}),
        UpstreamReply().Send(HttpHead(200) + "all").Close()}) {
    upstream_.SetReply(reply);
    Exchange& exchange = NewStream(upstream_.url());
    exchange.flow.Pause();
    Begin(exchange);
    ASSERT_TRUE(RunUntil([&] { return exchange.sink.heads == 1; }));
    RunFor(absl::Milliseconds(10));
    EXPECT_FALSE(exchange.ended());
    exchange.flow.Resume();
    EXPECT_TRUE(Finish(exchange).ok());
    EXPECT_GE(exchange.sink.size, 3);
  }
}

TEST_F(CurlHttpClientFlowTest, APausedFloodIsHeldBackByTcp) {
  constexpr size_t kPiece = 64 * 1024;
  constexpr size_t kTimes = 800;  // 50 MiB.
  upstream_.SetReply(
      UpstreamReply()
          .Send(HttpHead(200, {{"Transfer-Encoding", "chunked"}}))
          .SendTimes(Chunk(std::string(kPiece, 'x')), kTimes)
          .Send(LastChunk()));
  Exchange& exchange = NewStream(upstream_.url());
  exchange.sink.keep = false;
  exchange.flow.Pause();
  Begin(exchange);
  ASSERT_TRUE(RunUntil([&] { return exchange.sink.heads == 1; }));
  const size_t resident = ResidentBytes();
  // Until the kernel's buffers are full.
  uint64_t sent = 0;
  do {
    sent = upstream_.bytes_sent();
    RunFor(absl::Milliseconds(50));
  } while (upstream_.bytes_sent() != sent);
  EXPECT_LT(sent, kPiece * kTimes / 2);
  EXPECT_EQ(exchange.sink.size, 0);
  EXPECT_LT(ResidentBytes(), resident + 8 * 1024 * 1024);

  // A reader that takes a piece now and then.
  exchange.sink.on_body = [&](absl::string_view) {
    exchange.flow.Pause();
    return absl::OkStatus();
  };
  for (int i = 0; i < 100; ++i) {
    exchange.flow.Resume();
    RunFor(absl::Milliseconds(1));
  }
  EXPECT_LT(ResidentBytes(), resident + 8 * 1024 * 1024);
  EXPECT_GT(exchange.sink.size, 0);

  exchange.sink.on_body = nullptr;
  exchange.flow.Resume();
  EXPECT_TRUE(Finish(exchange).ok());
  EXPECT_EQ(exchange.sink.size, kPiece * kTimes);
}

TEST_F(CurlHttpClientFlowTest, APauseHoldsUpNoOther) {
  upstream_.SetReply(SseAnswer({"1"}));
  Exchange& paused = NewStream(upstream_.url());
  paused.flow.Pause();
  Begin(paused);
  ASSERT_TRUE(RunUntil([&] { return paused.sink.heads == 1; }));
  EXPECT_TRUE(Run(NewStream(upstream_.url())).ok());
  EXPECT_FALSE(paused.ended());
}

TEST_F(CurlHttpClientFlowTest, IsCancelledWhilePaused) {
  upstream_.SetReply(UpstreamReply().Send(SseHead() + Chunk("a")).Stall());
  Exchange& exchange = NewStream(upstream_.url());
  exchange.flow.Pause();
  Begin(exchange);
  ASSERT_TRUE(RunUntil([&] { return exchange.sink.heads == 1; }));
  exchange.scope.Cancel(absl::CancelledError("gone"));
  EXPECT_TRUE(upstream_.WaitForClientClose());
  loop().RunReady();
  EXPECT_TRUE(exchange.ended());
}

TEST_F(CurlHttpClientFlowTest, ResumedAndCancelledInOneTurn) {
  upstream_.SetReply(UpstreamReply().Send(SseHead() + Chunk("a")).Stall());
  Exchange& exchange = NewStream(upstream_.url());
  exchange.flow.Pause();
  Begin(exchange);
  ASSERT_TRUE(RunUntil([&] { return exchange.sink.heads == 1; }));
  RunFor(absl::Milliseconds(5));
  exchange.flow.Resume();
  exchange.scope.Cancel(absl::CancelledError("gone"));
  EXPECT_EQ(Finish(exchange), absl::CancelledError("gone"));
  EXPECT_EQ(exchange.sink.calls, 0);
}

TEST_F(CurlHttpClientFlowTest, TheSinkMayFailOnWhatWasKeptBack) {
  upstream_.SetReply(UpstreamReply().Send(SseHead() + Chunk("a")).Stall());
  Exchange& exchange = NewStream(upstream_.url());
  exchange.flow.Pause();
  exchange.sink.on_body = [](absl::string_view) {
    return absl::DataLossError("no");
  };
  Begin(exchange);
  ASSERT_TRUE(RunUntil([&] { return exchange.sink.heads == 1; }));
  RunFor(absl::Milliseconds(5));
  exchange.flow.Resume();
  EXPECT_EQ(Finish(exchange), absl::DataLossError("no"));
  EXPECT_TRUE(upstream_.WaitForClientClose());
}

TEST_F(CurlHttpClientFlowTest, TheSinkMayBeSatisfiedByWhatWasKeptBack) {
  upstream_.SetReply(UpstreamReply().Send(SseHead() + Chunk("a")).Stall());
  Exchange& exchange = NewStream(upstream_.url());
  exchange.flow.Pause();
  exchange.sink.satisfied = true;
  Begin(exchange);
  ASSERT_TRUE(RunUntil([&] { return exchange.sink.heads == 1; }));
  RunFor(absl::Milliseconds(5));
  exchange.flow.Resume();
  EXPECT_TRUE(Finish(exchange).ok());
  EXPECT_EQ(exchange.sink.body, "a");
}

class CurlHttpClientSatisfiedTest : public CurlHttpClientFlowTest {
 protected:
  // A stream whose sink wants no more than "[DONE]".
  Exchange& NewSatisfied() {
    Exchange& exchange = NewStream(upstream_.url());
    exchange.sink.on_body = [&exchange](absl::string_view bytes) {
      exchange.sink.satisfied |=
          exchange.sink.body.find("[DONE]") != std::string::npos;
      return absl::OkStatus();
    };
    return exchange;
  }
};

TEST_F(CurlHttpClientSatisfiedTest, ReturnsWithoutWaitingForTheEnd) {
  upstream_.SetReply(
      UpstreamReply().Send(SseHead() + Chunk(SseEvent("[DONE]"))).Stall());
  Exchange& exchange = NewSatisfied();
  EXPECT_TRUE(Run(exchange).ok());
  // The end does not come, so the connection is of no use.
  EXPECT_FALSE(upstream_.WaitForClientClose(1, absl::ZeroDuration()));
  EXPECT_TRUE(RunUntil([&] { return upstream_.open_connections() == 0; }));
  EXPECT_EQ(http().kept_connections(), 0);
}

TEST_F(CurlHttpClientSatisfiedTest, KeepsTheConnectionIfTheBodyEndsJustThere) {
  upstream_.SetReply(UpstreamReply().Send(
      SseHead() + Chunk(SseEvent("[DONE]")) + LastChunk()));
  EXPECT_TRUE(Run(NewSatisfied()).ok());
  EXPECT_EQ(http().kept_connections(), 1);
  EXPECT_TRUE(Run(NewSatisfied()).ok());
  EXPECT_EQ(upstream_.connection_count(), 1);
}

TEST_F(CurlHttpClientSatisfiedTest, KeepsTheConnectionIfTheEndComesSoonAfter) {
  MakeLoop({.satisfied_linger = kLimit});
  const auto returned = std::make_shared<UpstreamGate>();
  upstream_.SetReply(UpstreamReply()
                         .Send(SseHead() + Chunk(SseEvent("[DONE]")))
                         .Await(returned)
                         .Send(LastChunk()));
  EXPECT_TRUE(Run(NewSatisfied()).ok());
  EXPECT_EQ(http().in_flight(), 0);
  EXPECT_EQ(http().kept_connections(), 0);
  returned->Open();
  EXPECT_TRUE(RunUntil([&] { return http().kept_connections() == 1; }));
  EXPECT_TRUE(Run(NewSatisfied()).ok());
  EXPECT_EQ(upstream_.connection_count(), 1);
}

TEST_F(CurlHttpClientSatisfiedTest, ClosesAtOnceWithoutLinger) {
  MakeLoop({.satisfied_linger = absl::ZeroDuration()});
  upstream_.SetReply(
      UpstreamReply().Send(SseHead() + Chunk(SseEvent("[DONE]"))).Stall());
  EXPECT_TRUE(Run(NewSatisfied()).ok());
  EXPECT_TRUE(upstream_.WaitForClientClose());
}

TEST_F(CurlHttpClientSatisfiedTest, DropsWhatComesAfterAndNotForLong) {
  MakeLoop({.satisfied_linger = kLimit});
  upstream_.SetReply(UpstreamReply()
                         .Send(SseHead() + Chunk(SseEvent("[DONE]")))
                         .SendTimes(Chunk(std::string(1000, 'x')), 1000000));
  Exchange& exchange = NewSatisfied();
  EXPECT_TRUE(Run(exchange).ok());
  EXPECT_THAT(exchange.sink.body, StartsWith(SseEvent("[DONE]")));
  EXPECT_LE(exchange.sink.size, 8 * 1024) << "what one read gave";
  EXPECT_TRUE(RunUntil([&] { return upstream_.open_connections() == 0; }));
}

TEST_F(CurlHttpClientSatisfiedTest, EndsTheRequestThatWasNotReadWhole) {
  MakeLoop({.satisfied_linger = kLimit});
  upstream_.SetGreeting(
      UpstreamReply().Send(SseHead() + Chunk(SseEvent("[DONE]"))).Stall());
  Exchange& exchange = NewSatisfied();
  exchange.request.method = "POST";
  exchange.request.body = std::string(32 * 1024 * 1024, 'x');
  EXPECT_TRUE(Run(exchange).ok());
  exchange.request.body.clear();  // As when its owner is gone.
  exchange.request.body.shrink_to_fit();
  EXPECT_TRUE(upstream_.WaitForClientClose());
}

TEST_F(CurlHttpClientSatisfiedTest, TheClientMayEndWhileOneLingers) {
  MakeLoop({.satisfied_linger = kLimit});
  upstream_.SetReply(
      UpstreamReply().Send(SseHead() + Chunk(SseEvent("[DONE]"))).Stall());
  EXPECT_TRUE(Run(NewSatisfied()).ok());
  MakeLoop({});
  EXPECT_TRUE(upstream_.WaitForClientClose());
}

}  // namespace
}  // namespace aigateway

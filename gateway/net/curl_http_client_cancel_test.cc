// A call ends as soon as its scope is cancelled, wherever it stands.

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/scope.h"
#include "gateway/base/task.h"
#include "gateway/base/timers.h"
#include "gateway/net/curl_http_client.h"
#include "gateway/net/http_client_fixture.h"
#include "tests/fakes/fake_upstream.h"

namespace aigateway {
namespace {

const absl::Status kGone = absl::CancelledError("the caller is gone");

class CurlHttpClientCancelTest : public HttpClientTest {
 protected:
  // Cancels, and checks that the connection is closed before the loop runs
  // again, and that the call ends without waiting for anything.
  void CancelAndCheck(Exchange& exchange) {
    ASSERT_FALSE(exchange.ended());
    exchange.scope.Cancel(kGone);
    EXPECT_TRUE(upstream_.WaitForClientClose(++closes_));
    loop().RunReady();
    ASSERT_TRUE(exchange.ended());
    EXPECT_EQ(*exchange.result, kGone);
    EXPECT_EQ(http().kept_connections(), 0);
  }

  FakeUpstream upstream_;
  size_t closes_ = 0;
};

TEST_F(CurlHttpClientCancelTest, BeforeItBegins) {
  Exchange& exchange = New(upstream_.url());
  exchange.scope.Cancel(kGone);
  Begin(exchange);
  loop().RunReady();
  ASSERT_TRUE(exchange.ended());
  EXPECT_EQ(*exchange.result, kGone);
  EXPECT_EQ(upstream_.connection_count(), 0);
}

TEST_F(CurlHttpClientCancelTest, InTheTurnInWhichItBegan) {
  Exchange& exchange = New(upstream_.url());
  Begin(exchange);
  loop().Post([&] { exchange.scope.Cancel(kGone); });
  EXPECT_EQ(Finish(exchange), kGone);
}

TEST_F(CurlHttpClientCancelTest, WhileItWaitsForTheAnswer) {
  upstream_.SetReply(UpstreamReply().Stall());
  for (bool stream : {false, true}) {
    Exchange& exchange = New(upstream_.url(), stream);
    Begin(exchange);
    ASSERT_TRUE(
        RunUntil([&] { return upstream_.request_count() == closes_ + 1; }));
    CancelAndCheck(exchange);
  }
}

TEST_F(CurlHttpClientCancelTest, WhileItSends) {
  upstream_.SetGreeting(UpstreamReply().Stall());  // Reads nothing.
  Exchange& exchange = New(upstream_.url());
  exchange.request.method = "POST";
  exchange.request.body = std::string(32 * 1024 * 1024, 'x');
  Begin(exchange);
  RunUntil([&] { return upstream_.connection_count() == 1; });
  RunFor(absl::Milliseconds(20));
  CancelAndCheck(exchange);
}

TEST_F(CurlHttpClientCancelTest, AtEveryByteOfTheAnswer) {
  const std::string answer =
      HttpHead(200, {{"A", "1"}, {"Transfer-Encoding", "chunked"}}) +
      Chunk("hello") + LastChunk();
  for (size_t cut = 1; cut < answer.size(); ++cut) {
    const auto sent = std::make_shared<UpstreamGate>();
    upstream_.SetReply(
        UpstreamReply().Send(answer.substr(0, cut)).Open(sent).Stall());
    Exchange& exchange = NewStream(upstream_.url());
    Begin(exchange);
    ASSERT_TRUE(RunUntil([&] { return sent->Await(absl::ZeroDuration()); }));
    loop().RunReady();
    CancelAndCheck(exchange);
  }
}

TEST_F(CurlHttpClientCancelTest, FromItsOwnSink) {
  upstream_.SetReply(
      UpstreamReply().Send(SseHead() + Chunk("a") + Chunk("b")).Stall());
  Exchange& at_head = NewStream(upstream_.url());
  at_head.sink.on_head = [&at_head] {
    at_head.scope.Cancel(kGone);
    return absl::OkStatus();
  };
  EXPECT_EQ(Run(at_head), kGone);
  EXPECT_EQ(at_head.sink.calls, 0);
  EXPECT_TRUE(upstream_.WaitForClientClose(1));

  Exchange& at_body = NewStream(upstream_.url());
  at_body.sink.on_body = [&at_body](absl::string_view) {
    at_body.scope.Cancel(kGone);
    return absl::OkStatus();
  };
  EXPECT_EQ(Run(at_body), kGone);
  EXPECT_EQ(at_body.sink.calls, 1);
  EXPECT_TRUE(upstream_.WaitForClientClose(2));
}

TEST_F(CurlHttpClientCancelTest, FromItsOwnSinkWithTheLastByte) {
  upstream_.SetReply(Answer(200, "all"));
  Exchange& exchange = New(upstream_.url());
  exchange.sink.on_body = [&exchange](absl::string_view) {
    exchange.scope.Cancel(kGone);
    return absl::OkStatus();
  };
  EXPECT_EQ(Run(exchange), kGone);
}

TEST_F(CurlHttpClientCancelTest, FromTheSinksOfOthers) {
  // All wait for a first byte; the first that has one cancels the others, as a
  // hedge does. It comes to all at about the same time.
  const auto go = std::make_shared<UpstreamGate>();
  upstream_.SetReply(UpstreamReply()
                         .Send(SseHead())
                         .Await(go)
                         .Send(Chunk("a"))
                         .Send(LastChunk()));
  constexpr size_t kCount = 40;
  std::vector<Exchange*> exchanges;
  for (size_t i = 0; i < kCount; ++i) {
    exchanges.push_back(&NewStream(upstream_.url()));
  }
  for (Exchange* exchange : exchanges) {
    exchange->sink.on_body = [&exchanges, exchange](absl::string_view) {
      for (Exchange* other : exchanges) {
        if (other != exchange) other->scope.Cancel(kGone);
      }
      return absl::OkStatus();
    };
    Begin(*exchange);
  }
  ASSERT_TRUE(RunUntil([&] { return upstream_.request_count() == kCount; }));
  RunFor(absl::Milliseconds(20));  // Their heads are read.
  go->Open();
  // Let it come to all before the client looks.
  const uint64_t all = kCount * (SseHead() + Chunk("a") + LastChunk()).size();
  while (upstream_.bytes_sent() < all) std::this_thread::yield();
  ASSERT_TRUE(RunUntil([&] {
    for (const Exchange* exchange : exchanges) {
      if (!exchange->ended()) return false;
    }
    return true;
  }));
  size_t winners = 0;
  for (const Exchange* exchange : exchanges) {
    if (exchange->result->ok()) {
      ++winners;
      EXPECT_EQ(exchange->sink.body, "a");
    } else {
      EXPECT_EQ(*exchange->result, kGone);
      EXPECT_EQ(exchange->sink.body, "");
    }
  }
  EXPECT_EQ(winners, 1);
  EXPECT_TRUE(upstream_.WaitForClientClose(1));
}

TEST_F(CurlHttpClientCancelTest, TwoThatCancelEachOther) {
  upstream_.SetReply(UpstreamReply().Send(SseHead() + Chunk("a")).Stall());
  Exchange& one = NewStream(upstream_.url());
  Exchange& two = NewStream(upstream_.url());
  const auto cancel_both = [&](absl::string_view) {
    one.scope.Cancel(kGone);
    two.scope.Cancel(kGone);
    return absl::OkStatus();
  };
  one.sink.on_body = cancel_both;
  two.sink.on_body = cancel_both;
  Begin(one);
  Begin(two);
  EXPECT_EQ(Finish(one), kGone);
  EXPECT_EQ(Finish(two), kGone);
  EXPECT_EQ(one.sink.calls + two.sink.calls, 1);
}

TEST_F(CurlHttpClientCancelTest, WhatEndedIsNotCancelled) {
  upstream_.SetReply(Answer(200, "all"));
  Exchange& exchange = New(upstream_.url());
  EXPECT_TRUE(Run(exchange).ok());
  exchange.scope.Cancel(kGone);
  RunFor(absl::Milliseconds(1));
  EXPECT_TRUE(exchange.result->ok());
  EXPECT_EQ(http().kept_connections(), 1);
}

TEST_F(CurlHttpClientCancelTest, ByATimer) {
  upstream_.SetReply(UpstreamReply().Stall());
  Exchange& exchange = New(upstream_.url());
  const Timers::Handle deadline =
      loop().timers().After(absl::Milliseconds(30), [&exchange] {
        exchange.scope.Cancel(absl::DeadlineExceededError("30 ms"));
      });
  EXPECT_EQ(Run(exchange), absl::DeadlineExceededError("30 ms"));
  EXPECT_TRUE(upstream_.WaitForClientClose());
}

// As a timeout decorator does: the scope that is passed on lives in the
// coroutine, and dies when that goes on.
Task<void> SendInChildScope(HttpClient& http, Exchange& exchange) {
  absl::Status status;
  {
    Scope attempt(exchange.scope);
    status =
        co_await http.Send(attempt, exchange.request, exchange.sink, nullptr);
  }
  exchange.result = status;
}

TEST_F(CurlHttpClientCancelTest, AScopeMayDieInTheCoroutineThatItWoke) {
  upstream_.SetReply(UpstreamReply().Stall());
  Exchange& exchange = New(upstream_.url());
  loop().Spawn(SendInChildScope(http(), exchange));
  ASSERT_TRUE(RunUntil([&] { return upstream_.request_count() == 1; }));
  CancelAndCheck(exchange);
}

// Sends again as soon as the first call has ended.
Task<void> SendTwice(HttpClient& http, Exchange& first, Exchange& second) {
  first.result =
      co_await http.Send(first.scope, first.request, first.sink, nullptr);
  second.result =
      co_await http.Send(second.scope, second.request, second.sink, nullptr);
}

TEST_F(CurlHttpClientCancelTest, WhoWakesMaySendAtOnce) {
  upstream_.SetReplies({UpstreamReply().Stall(), JsonAnswer("2")});
  Exchange& first = New(upstream_.url());
  Exchange& second = New(upstream_.url());
  loop().Spawn(SendTwice(http(), first, second));
  ASSERT_TRUE(RunUntil([&] { return upstream_.request_count() == 1; }));
  first.scope.Cancel(kGone);
  EXPECT_TRUE(Finish(second).ok());
  EXPECT_EQ(second.sink.body, "2");
  EXPECT_EQ(*first.result, kGone);
}

Task<void> SendWhenWoken(HttpClient& http, Waiter<bool>& go, Exchange& e) {
  co_await go.Wait();
  e.result = co_await http.Send(e.scope, e.request, e.sink, nullptr);
}

TEST_F(CurlHttpClientCancelTest, ASinkMayWakeOneThatSends) {
  Waiter<bool> go;
  Exchange& second = New(upstream_.url("/second"));
  loop().Spawn(SendWhenWoken(http(), go, second));
  loop().RunReady();
  Exchange& first = New(upstream_.url("/first"));
  first.sink.on_body = [&go](absl::string_view) {
    go.Wake(true);
    return absl::OkStatus();
  };
  EXPECT_TRUE(Run(first).ok());
  EXPECT_TRUE(Finish(second).ok());
  EXPECT_EQ(second.sink.body, "{}");
}

TEST_F(CurlHttpClientCancelTest, ManyCancelledCallsLeaveNothingBehind) {
  upstream_.SetReply(UpstreamReply().Send(SseHead() + Chunk("a")).Stall());
  size_t descriptors = 0;
  for (size_t i = 0; i < 200; ++i) {
    Exchange& exchange = NewStream(upstream_.url());
    Begin(exchange);
    ASSERT_TRUE(RunUntil([&] { return exchange.sink.body == "a"; }));
    CancelAndCheck(exchange);
    ASSERT_TRUE(upstream_.WaitForAllClosed());
    if (i == 5) descriptors = OpenDescriptors();
  }
  EXPECT_LE(OpenDescriptors(), descriptors);
  EXPECT_EQ(http().in_flight(), 0);
}

}  // namespace
}  // namespace aigateway

#include "gateway/net/simulated_http_client.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/flow.h"
#include "gateway/base/scope.h"
#include "gateway/base/timers.h"
#include "gateway/net/http_message.h"
#include "tests/fakes/fake_http_client.h"
#include "tests/fakes/fake_timers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Ending = SimulatedAnswer::Ending;

class SimulatedHttpClientTest : public ::testing::Test {
 protected:
  void Answer(SimulatedAnswer answer) { answer_ = std::move(answer); }

  absl::Status Send() {
    start_ = timers_.Now();
    return RunToEnd(loop_, timers_,
                    client_.Send(scope_, request_, sink_, &flow_));
  }
  absl::Duration Elapsed() const { return timers_.Now() - start_; }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  SimulatedAnswer answer_;
  HttpRequest asked_;
  SimulatedHttpClient client_{
      &timers_, [this](const HttpRequest& request, absl::Time now) {
        EXPECT_EQ(now, timers_.Now());
        asked_ = request;
        return std::move(answer_);
      }};
  Scope scope_;
  Flow flow_;
  HttpRequest request_{.url = "simulator://local/chat", .stream = true};
  CollectingHttpSink sink_;
  absl::Time start_;
};

TEST_F(SimulatedHttpClientTest, PlaysHeadAndPiecesAtTheirTimes) {
  HttpHeaders headers;
  headers.Add("content-type", "text/plain");
  Answer({.head_after = absl::Seconds(1),
          .status = 201,
          .headers = headers,
          .body = {{"a", absl::Seconds(2)}, {"b", absl::Seconds(3)}},
          .ending_after = absl::Seconds(4)});
  const Timers::Handle before = timers_.After(
      absl::Milliseconds(5999), [this] { EXPECT_EQ(sink_.pieces.size(), 1u); });

  EXPECT_EQ(Send(), absl::OkStatus());
  EXPECT_EQ(Elapsed(), absl::Seconds(10));
  EXPECT_EQ(asked_.url, "simulator://local/chat");
  EXPECT_EQ(sink_.response.status, 201);
  EXPECT_EQ(sink_.response.headers.Get("Content-Type"), "text/plain");
  EXPECT_THAT(sink_.pieces, ElementsAre("a", "b"));
}

TEST_F(SimulatedHttpClientTest, GoesOnWithWhatIsFilledIn) {
  int left = 2;
  Answer({.body = {{"a"}}, .more = [&left](SimulatedPiece& piece) {
            piece.bytes = "more";
            return left-- > 0;
          }});

  EXPECT_EQ(Send(), absl::OkStatus());
  EXPECT_THAT(sink_.pieces, ElementsAre("a", "more", "more"));
}

TEST_F(SimulatedHttpClientTest, RefusesAConnectionBeforeAnythingIsSent) {
  Answer({.refused = true});

  const absl::Status status = Send();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kProviderUnavailable);
  EXPECT_EQ(GetErrorMetadata(status, "stage"), "connect");
  EXPECT_EQ(sink_.heads, 0);
}

TEST_F(SimulatedHttpClientTest, ResetsBeforeAnyByte) {
  for (const Ending ending : {Ending::kReset, Ending::kWhole}) {
    Answer({.has_head = false, .ending = ending});

    const absl::Status status = Send();
    EXPECT_EQ(ReasonOf(status), ErrorReason::kProviderUnavailable);
    EXPECT_EQ(GetErrorMetadata(status, "stage"), "");
    EXPECT_EQ(sink_.heads, 0);
  }
}

TEST_F(SimulatedHttpClientTest, EndsABodyInEveryWay) {
  Answer({.body = {{"ab"}}, .ending = Ending::kReset});
  EXPECT_EQ(ReasonOf(Send()), ErrorReason::kProviderUnavailable);
  Answer({.body = {{"cd"}}, .ending = Ending::kCut});
  EXPECT_EQ(ReasonOf(Send()), ErrorReason::kProviderProtocolError);
  Answer({.body = {{"ef"}},
          .ending_after = absl::Seconds(30),
          .ending = Ending::kCut});
  EXPECT_EQ(ReasonOf(Send()), ErrorReason::kProviderProtocolError);
  EXPECT_EQ(Elapsed(), absl::Seconds(30));
  EXPECT_THAT(sink_.pieces, ElementsAre("ab", "cd", "ef"));
}

TEST_F(SimulatedHttpClientTest, StaysSilentUntilItIsCancelled) {
  Answer({.body = {{"a"}}, .ending = Ending::kSilence});
  const Timers::Handle cancel = timers_.After(absl::Hours(5), [this] {
    EXPECT_EQ(client_.open_exchanges(), 1);
    scope_.Cancel(absl::DeadlineExceededError("late"));
  });

  EXPECT_EQ(Send(), absl::DeadlineExceededError("late"));
  EXPECT_EQ(Elapsed(), absl::Hours(5));
  EXPECT_EQ(client_.open_exchanges(), 0);
}

TEST_F(SimulatedHttpClientTest, EndsAtOnceWhenCancelledInAnyWait) {
  // The head, a piece, a part of a trickled piece, the ending, the reader.
  std::vector<SimulatedAnswer> answers(5);
  answers[0].head_after = absl::Seconds(9);
  answers[1].body = {{"a", absl::Seconds(9)}};
  answers[2].body = {{"ab"}};
  answers[2].trickle_bytes = 1;
  answers[2].trickle_after = absl::Seconds(9);
  answers[3].ending_after = absl::Seconds(9);
  answers[4].body = {{"a", absl::Milliseconds(1)}};
  for (size_t i = 0; i < answers.size(); ++i) {
    Answer(std::move(answers[i]));
    if (i == 4) flow_.Pause();
    Scope scope;
    const Timers::Handle cancel =
        timers_.After(absl::Milliseconds(3),
                      [&scope] { scope.Cancel(absl::CancelledError("gone")); });
    start_ = timers_.Now();
    EXPECT_EQ(
        RunToEnd(loop_, timers_, client_.Send(scope, request_, sink_, &flow_)),
        absl::CancelledError("gone"))
        << i;
    EXPECT_EQ(Elapsed(), absl::Milliseconds(3)) << i;
  }
  EXPECT_EQ(client_.open_exchanges(), 0);
}

TEST_F(SimulatedHttpClientTest, SendsNothingForACancelledScope) {
  scope_.Cancel(absl::CancelledError("gone"));

  EXPECT_EQ(Send(), absl::CancelledError("gone"));
  EXPECT_EQ(asked_.url, "");
}

TEST_F(SimulatedHttpClientTest, SendsNoHeaderWithALineEndOrNul) {
  for (const std::string& value :
       {std::string("key\n"), std::string("a\rb"), std::string("a\0b", 3)}) {
    request_.headers.Set("authorization", value);
    const absl::Status status = Send();
    EXPECT_EQ(ReasonOf(status), ErrorReason::kInvalidRequest);
    EXPECT_EQ(GetErrorMetadata(status, "header"), "authorization");
    EXPECT_EQ(asked_.url, "");
  }
}

TEST_F(SimulatedHttpClientTest, ReadsNothingWhileTheFlowIsPaused) {
  Answer({.body = {{"a"}, {"b"}}});
  flow_.Pause();
  const Timers::Handle look = timers_.After(absl::Seconds(1), [this] {
    EXPECT_THAT(sink_.pieces, IsEmpty());
    flow_.Resume();
    flow_.Pause();
  });
  const Timers::Handle resume = timers_.After(absl::Seconds(2), [this] {
    EXPECT_THAT(sink_.pieces, IsEmpty());
    flow_.Resume();
  });

  EXPECT_EQ(Send(), absl::OkStatus());
  EXPECT_EQ(Elapsed(), absl::Seconds(2));
  EXPECT_THAT(sink_.pieces, ElementsAre("a", "b"));
}

TEST_F(SimulatedHttpClientTest, EndsWithWhatTheSinkReturns) {
  Answer({.body = {{"a"}, {"b"}}});
  sink_.body_result = absl::InternalError("body");
  EXPECT_EQ(Send(), absl::InternalError("body"));
  EXPECT_THAT(sink_.pieces, SizeIs(1));

  Answer({.body = {{"a"}, {"b"}}});
  sink_.head_result = absl::InternalError("head");
  EXPECT_EQ(Send(), absl::InternalError("head"));
  EXPECT_THAT(sink_.pieces, SizeIs(1));
}

TEST_F(SimulatedHttpClientTest, DoesNotWaitForTheEndOnceTheSinkIsSatisfied) {
  Answer({.body = {{"a"}, {"b"}}, .ending = Ending::kSilence});
  sink_.satisfied = true;

  EXPECT_EQ(Send(), absl::OkStatus());
  EXPECT_THAT(sink_.pieces, ElementsAre("a"));
}

TEST_F(SimulatedHttpClientTest, SeesACancellationThatTheSinkMakes) {
  class Canceller : public CollectingHttpSink {
   public:
    explicit Canceller(Scope* scope) : scope_(scope) {}
    absl::Status OnBody(absl::string_view bytes) override {
      scope_->Cancel(absl::CancelledError("enough"));
      return CollectingHttpSink::OnBody(bytes);
    }

   private:
    Scope* const scope_;
  };
  Canceller sink(&scope_);
  Answer({.body = {{"a"}, {"b"}}});

  EXPECT_EQ(
      RunToEnd(loop_, timers_, client_.Send(scope_, request_, sink, nullptr)),
      absl::CancelledError("enough"));
  EXPECT_THAT(sink.pieces, ElementsAre("a"));
}

TEST_F(SimulatedHttpClientTest, TricklesEachPiece) {
  Answer({.body = {{"abc", absl::Seconds(1)}, {"de"}},
          .trickle_bytes = 2,
          .trickle_after = absl::Milliseconds(100)});

  EXPECT_EQ(Send(), absl::OkStatus());
  EXPECT_THAT(sink_.pieces, ElementsAre("ab", "c", "de"));
  EXPECT_EQ(Elapsed(), absl::Milliseconds(1100));
}

TEST_F(SimulatedHttpClientTest, RefusesAHeadOverTheLimit) {
  HttpHeaders headers;
  headers.Add("x-padding", std::string(request_.max_header_bytes, 'x'));
  Answer({.headers = headers});

  const absl::Status status = Send();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kProviderProtocolError);
  EXPECT_THAT(std::string(status.message()), HasSubstr("262144"));
  EXPECT_EQ(sink_.heads, 0);
}

TEST_F(SimulatedHttpClientTest, BoundsTheBodyOfAUnaryAnswerOnly) {
  request_.max_body_bytes = 3;
  request_.stream = false;
  Answer({.body = {{"ab"}, {"cd"}}});
  const absl::Status status = Send();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kProviderProtocolError);
  EXPECT_THAT(std::string(status.message()), HasSubstr("limit of 3 bytes"));
  EXPECT_THAT(sink_.pieces, ElementsAre("ab"));

  request_.stream = true;
  Answer({.body = {{"ab"}, {"cd"}}});
  EXPECT_EQ(Send(), absl::OkStatus());
}

TEST_F(SimulatedHttpClientTest, LetsTheLoopBreatheInABodyWithoutPauses) {
  Answer({.more = [](SimulatedPiece& piece) {
    piece.bytes = std::string(1024, 'x');
    return true;
  }});
  // Never reached by a body that keeps the loop to itself.
  const Timers::Handle cancel = timers_.After(absl::ZeroDuration(), [this] {
    scope_.Cancel(absl::CancelledError("gone"));
  });

  EXPECT_EQ(Send(), absl::CancelledError("gone"));
}

TEST_F(SimulatedHttpClientTest, PlaysManyExchangesAtTheSameTime) {
  SimulatedHttpClient client(&timers_, [](const HttpRequest& request,
                                          absl::Time) {
    SimulatedAnswer answer;
    answer.body = {{request.body, absl::Seconds(1)}, {"!", absl::Seconds(1)}};
    return answer;
  });
  std::vector<HttpRequest> requests(50);
  std::vector<CollectingHttpSink> sinks(50);
  std::vector<std::optional<absl::Status>> results(50);
  for (size_t i = 0; i < requests.size(); ++i) {
    requests[i].body = std::to_string(i);
    loop_.Spawn(fake_timers_internal::Store(
        client.Send(scope_, requests[i], sinks[i], nullptr), &results[i]));
  }
  loop_.RunUntilIdle();
  EXPECT_EQ(client.open_exchanges(), 50);

  timers_.Advance(absl::Seconds(2));
  for (size_t i = 0; i < requests.size(); ++i) {
    EXPECT_EQ(results[i], absl::OkStatus());
    EXPECT_EQ(sinks[i].response.body, std::to_string(i) + "!");
  }
}

}  // namespace
}  // namespace aigateway

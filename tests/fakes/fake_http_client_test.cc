#include "tests/fakes/fake_http_client.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/scope.h"
#include "gateway/base/timers.h"
#include "gateway/net/http_message.h"
#include "gateway/net/simulated_http_client.h"
#include "tests/fakes/fake_timers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;

class FakeHttpClientTest : public ::testing::Test {
 protected:
  absl::Status Send(HttpRequest request) {
    request_ = std::move(request);
    return RunToEnd(loop_, timers_,
                    client_.Send(scope_, request_, sink_, nullptr));
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  FakeHttpClient client_{&timers_};
  Scope scope_;
  HttpRequest request_;
  CollectingHttpSink sink_;
};

TEST_F(FakeHttpClientTest, AnswersInOrderAndRemembersTheRequests) {
  client_.EnqueueJson(503, "{}");
  client_.EnqueueStream({"data: 1\n\n", "data: 2\n\n"});

  EXPECT_EQ(Send({.url = "http://a/1", .body = "one"}), absl::OkStatus());
  EXPECT_EQ(sink_.response.status, 503);
  EXPECT_EQ(sink_.response.headers.Get("content-type"), "application/json");
  EXPECT_EQ(sink_.response.body, "{}");
  EXPECT_EQ(client_.answers_left(), 1u);

  sink_ = CollectingHttpSink();
  EXPECT_EQ(Send({.url = "http://a/2", .body = "two"}), absl::OkStatus());
  EXPECT_EQ(sink_.response.status, 200);
  EXPECT_THAT(sink_.pieces, ElementsAre("data: 1\n\n", "data: 2\n\n"));

  ASSERT_EQ(client_.requests().size(), 2u);
  EXPECT_EQ(client_.requests()[0].body, "one");
  EXPECT_EQ(client_.requests()[1].url, "http://a/2");
  EXPECT_EQ(client_.open_exchanges(), 0);
}

TEST_F(FakeHttpClientTest, RefusesTheConnectionWithNoAnswerLeft) {
  const absl::Status status = Send({.url = "http://a/"});

  EXPECT_EQ(ReasonOf(status), ErrorReason::kProviderUnavailable);
  EXPECT_EQ(sink_.heads, 0);
  EXPECT_EQ(client_.requests().size(), 1u);
}

TEST_F(FakeHttpClientTest, CountsAnExchangeAsOpenUntilItsCoroutineEnds) {
  SimulatedAnswer silent;
  silent.ending = SimulatedAnswer::Ending::kSilence;
  client_.Enqueue(std::move(silent));
  const Timers::Handle cancel = timers_.After(absl::Seconds(1), [this] {
    EXPECT_EQ(client_.open_exchanges(), 1);
    scope_.Cancel(absl::CancelledError("gone"));
  });

  EXPECT_EQ(Send({.url = "http://a/"}), absl::CancelledError("gone"));
  EXPECT_EQ(client_.open_exchanges(), 0);
}

}  // namespace
}  // namespace aigateway

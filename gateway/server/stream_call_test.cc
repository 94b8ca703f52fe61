#include "gateway/server/stream_call.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "aigateway/v1/route.pb.h"
#include "gateway/base/errors.h"
#include "gateway/server/test_server.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::Le;
using ::testing::SizeIs;

// One stream, read as the test says.
class Stream {
 public:
  Stream(TestServer& server, const std::string& model,
         absl::Duration deadline = absl::Seconds(20)) {
    SetTestDeadline(context_, deadline);
    reader_ = server.stub().RouteStream(&context_, RouteStreamRequestOf(model));
  }

  bool Read() {
    if (!reader_->Read(&event_)) return false;
    events.push_back(event_);
    text += event_.delta().text();
    return true;
  }
  grpc::Status ReadAll() {
    while (Read()) {
    }
    return Finish();
  }
  grpc::Status Finish() { return reader_->Finish(); }
  grpc::ClientContext& context() { return context_; }

  std::vector<v1::RouteStreamResponse> events;
  std::string text;

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::RouteStreamResponse>> reader_;
  v1::RouteStreamResponse event_;
};

class StreamCallTest : public ::testing::Test {
 protected:
  TestServer server_;
};

TEST_F(StreamCallTest, BringsTheEventsInTheirOrder) {
  Stream stream(server_, "count:5");

  const grpc::Status status = stream.ReadAll();

  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(stream.text, "0 1 2 3 4 ");
  EXPECT_TRUE(stream.events.front().has_started());
  EXPECT_TRUE(stream.events.back().has_end());
  EXPECT_EQ(TrailerOf(stream.context(), "x-aigateway-target"), "t");
  EXPECT_EQ(TrailerOf(stream.context(), "x-aigateway-attempts"), "1");
}

TEST_F(StreamCallTest, MergesWhatWaitsAndKeepsTheOrderOfKinds) {
  Stream stream(server_, "kinds");

  ASSERT_TRUE(stream.ReadAll().ok());

  std::string order;
  for (const auto& event : stream.events) {
    const v1::Delta& delta = event.delta();
    absl::StrAppend(&order, delta.text(), delta.reasoning(), delta.refusal());
    for (const auto& call : delta.tool_calls()) {
      absl::StrAppend(&order, call.index(), call.arguments());
    }
  }
  EXPECT_EQ(order, "abcdef0gg1g");
}

TEST_F(StreamCallTest, SendsABurstInFewMessages) {
  Stream stream(server_, "burst:5000");

  ASSERT_TRUE(stream.ReadAll().ok());

  std::string expected;
  for (int i = 0; i < 5000; ++i) absl::StrAppend(&expected, i, " ");
  EXPECT_EQ(stream.text, expected);
  EXPECT_LT(stream.events.size(), 100u);
}

TEST_F(StreamCallTest, PausesTheProviderWhileNobodyReads) {
  constexpr int64_t kKib = 8 * 1024;
  Stream stream(server_, absl::StrCat("flood:", kKib));
  ASSERT_TRUE(stream.Read());
  FakeGateway& gateway = server_.gateway();
  // It stands still once the flow is paused and what gRPC takes is full.
  int64_t last = -1;
  for (int i = 0; i < 100 && gateway.bytes_sent() != last; ++i) {
    last = gateway.bytes_sent();
    absl::SleepFor(absl::Milliseconds(100));
  }
  EXPECT_GT(gateway.pauses(), 0);
  EXPECT_LT(gateway.bytes_sent(), 2 * 1024 * 1024) << "sockets hold some";

  ASSERT_TRUE(stream.ReadAll().ok());
  EXPECT_EQ(stream.text.size(), static_cast<size_t>(kKib * 1024));
  EXPECT_EQ(gateway.bytes_sent(), kKib * 1024);
}

TEST_F(StreamCallTest, CutsALongTextSoThatAnyClientCanReadIt) {
  Stream stream(server_, "size:3500000");

  ASSERT_TRUE(stream.ReadAll().ok());

  EXPECT_EQ(stream.text, std::string(3500000, 'x'));
  for (const auto& event : stream.events) {
    EXPECT_THAT(event.delta().text().size(), Le(StreamCall::kMaxTextBytes));
  }
}

TEST_F(StreamCallTest, FailsBeforeTheFirstEventLikeAUnaryCall) {
  Stream stream(server_, "fail:PROVIDER_UNAVAILABLE");

  const grpc::Status status = stream.ReadAll();

  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonIn(status), "PROVIDER_UNAVAILABLE");
  EXPECT_THAT(stream.events, SizeIs(0));
  EXPECT_THAT(stream.context().GetServerInitialMetadata(), SizeIs(0))
      << "headers would count as the beginning of an answer";
  const auto failure = DetailIn<v1::RouteFailure>(status);
  ASSERT_TRUE(failure.has_value());
  EXPECT_THAT(failure->attempts(), SizeIs(2));
}

TEST_F(StreamCallTest, BreaksAfterWhatItBrought) {
  Stream stream(server_, "break:STREAM_IDLE");

  const grpc::Status status = stream.ReadAll();

  EXPECT_EQ(ReasonIn(status), "STREAM_IDLE");
  EXPECT_EQ(stream.text, "x");
  EXPECT_FALSE(stream.events.back().has_end());
}

TEST_F(StreamCallTest, TakesSuccessWithoutAnEndForADefect) {
  Stream stream(server_, "nothing");

  const grpc::Status status = stream.ReadAll();

  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(ReasonIn(status), "INTERNAL");
}

TEST_F(StreamCallTest, EndsWhenTheClientCancels) {
  Stream stream(server_, "trickle");
  while (stream.text.empty()) ASSERT_TRUE(stream.Read());
  const absl::Time cancelled = absl::Now();
  stream.context().TryCancel();

  ASSERT_TRUE(server_.gateway().WaitForEnded(1));

  EXPECT_EQ(stream.ReadAll().error_code(), grpc::StatusCode::CANCELLED);
  const auto ended = server_.gateway().ended();
  EXPECT_THAT(ended[0].status, HasReason(ErrorReason::kCancelled));
  EXPECT_LT(ended[0].end - cancelled, absl::Milliseconds(500));
  EXPECT_TRUE(server_.WaitUntilIdle());
}

TEST_F(StreamCallTest, EndsWhenAClientThatDoesNotReadCancels) {
  Stream stream(server_, "flood:65536");
  while (server_.gateway().pauses() == 0) ASSERT_TRUE(stream.Read());
  stream.context().TryCancel();

  ASSERT_TRUE(server_.gateway().WaitForEnded(1));

  EXPECT_THAT(server_.gateway().ended()[0].status,
              HasReason(ErrorReason::kCancelled));
  EXPECT_EQ(stream.ReadAll().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(server_.WaitUntilIdle());
}

TEST_F(StreamCallTest, EndsAtTheClientsDeadline) {
  Stream stream(server_, "trickle", absl::Milliseconds(200));

  const grpc::Status status = stream.ReadAll();

  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  ASSERT_TRUE(server_.gateway().WaitForEnded(1));
  EXPECT_THAT(server_.gateway().ended()[0].status,
              HasReason(ErrorReason::kDeadlineExceeded));
  EXPECT_TRUE(server_.WaitUntilIdle());
}

TEST(StreamCallLoadTest, SurvivesCancellationsAtRandomMoments) {
  TestServer server({.loops = 2});
  std::vector<std::thread> clients;
  for (int c = 0; c < 4; ++c) {
    clients.emplace_back([&server, c] {
      const char* const models[] = {"trickle", "burst:200", "flood:256",
                                    "hang"};
      for (int i = 0; i < 100; ++i) {
        // From before the call leaves to the midst of its events.
        Stream stream(server, models[(i + c) % 4],
                      absl::Microseconds(53 * ((i * 7 + c) % 100)));
        (void)stream.ReadAll();
      }
    });
  }
  for (std::thread& client : clients) client.join();

  EXPECT_TRUE(server.WaitUntilIdle());
  EXPECT_EQ(server.gateway().in_flight(), 0);
}

TEST(StreamCallLoadTest, CarriesManyStreamsAtOnceWithoutMixingThem) {
  TestServer server({.loops = 3});
  std::vector<std::thread> clients;
  for (int c = 0; c < 50; ++c) {
    clients.emplace_back([&server, c] {
      Stream stream(server, absl::StrCat("count:", 100 + c));
      EXPECT_TRUE(stream.ReadAll().ok());
      std::string expected;
      for (int i = 0; i < 100 + c; ++i) absl::StrAppend(&expected, i, " ");
      EXPECT_EQ(stream.text, expected);
    });
  }
  for (std::thread& client : clients) client.join();

  EXPECT_TRUE(server.WaitUntilIdle());
}

}  // namespace
}  // namespace aigateway

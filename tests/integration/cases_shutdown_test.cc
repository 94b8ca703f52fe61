// Reported case 044: the server ends in time whatever its calls do.

#include <chrono>
#include <csignal>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpcpp/client_context.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "gtest/gtest.h"

#include "gateway/base/clock.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/integration/admin_calls.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_probe.h"
#include "tests/integration/gateway_process.h"
#include "tests/integration/provider_replies.h"

namespace aigateway {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

constexpr absl::Duration kGrace = absl::Seconds(2);
// From the signal to the end of the process.
constexpr absl::Duration kMostToEnd = absl::Seconds(kSanitized ? 8 : 4);
// Without a call to wait for.
constexpr absl::Duration kMostToEndAtOnce = absl::Seconds(kSanitized ? 6 : 3);

// A provider that is asked for what it is to do: "tick" speaks each second
// without end, "hang" never, "slow" after one, "busy" says come back in 30 s,
// "flood" speaks as fast as it is heard.
UpstreamReply Behave(const UpstreamRequest& request) {
  const std::string model = At(request.body, "/model");
  if (model == "\"tick\"") {
    UpstreamReply reply;
    reply.Send(SseHead());
    for (int i = 0; i < 60; ++i) {
      reply.Send(Chunk(SseEvent(DeltaJson("x")))).Pause(absl::Seconds(1));
    }
    return reply;
  }
  if (model == "\"hang\"") return UpstreamReply().Stall();
  if (model == "\"busy\"") {
    return Answer(
        429, ErrorJson("later"),
        {{"Content-Type", "application/json"}, {"Retry-After", "30"}});
  }
  if (model == "\"flood\"") {
    return UpstreamReply().Send(SseHead()).SendTimes(
        Chunk(SseEvent(DeltaJson(std::string(10000, 'x')))), 100000);
  }
  const std::string answer = CompletionJson("slow");
  return UpstreamReply()
      .Pause(absl::Seconds(1))
      .Send(HttpHead(200, {{"Content-Type", "application/json"},
                           {"Content-Length", absl::StrCat(answer.size())}}))
      .Send(answer);
}

class ShutdownCases : public testing::Test {
 protected:
  ShutdownCases()
      : health_([&] {
          upstream_.SetHandler(&Behave);
          gateway_ = std::make_unique<GatewayProcess>(GatewayProcess::Options{
              .config =
                  absl::StrCat("providers:\n", Instance("a", upstream_),
                               "targets: [{virtual_key: a, retry: {attempts: "
                               "2, max_backoff: 60s}}]\n"),
              .flags = {absl::StrCat("--drain_timeout=",
                                     absl::FormatDuration(kGrace))}});
          return grpc::health::v1::Health::NewStub(gateway_->channel());
        }()) {}

  std::future<Seen> Start(const std::string& model, bool stream) {
    v1::ChatRequest chat = Q1().chat();
    chat.set_model(model);
    return std::async(std::launch::async, [this, chat, stream] {
      return CallEither(*gateway_, stream, chat, absl::Minutes(2));
    });
  }

  bool Serves() {
    grpc::ClientContext context;
    grpc::health::v1::HealthCheckResponse response;
    EXPECT_TRUE(health_->Check(&context, {}, &response).ok());
    return response.status() == grpc::health::v1::HealthCheckResponse::SERVING;
  }

  // Returns when the signal was sent and has been seen.
  absl::Time SendAndAwaitDrain(int signal) {
    EXPECT_TRUE(Serves());
    const absl::Time sent = Clock::Real()->Now();
    gateway_->Signal(signal);
    while (Serves() && Clock::Real()->Now() - sent < absl::Seconds(5)) {
    }
    return sent;
  }

  void ExpectRefusesNewCalls() {
    EXPECT_FALSE(Serves());
    for (bool stream : {false, true}) {
      const Seen late = CallEither(*gateway_, stream);
      EXPECT_EQ(late.status.error_code(), grpc::StatusCode::UNAVAILABLE);
      EXPECT_EQ(late.reason(), "SHUTTING_DOWN");
      EXPECT_LT(late.took, absl::Seconds(1));
    }
    // On a connection of its own as well.
    auto stranger = v1::GatewayService::NewStub(grpc::CreateChannel(
        gateway_->address(), grpc::InsecureChannelCredentials()));
    grpc::ClientContext context;
    v1::RouteResponse response;
    EXPECT_EQ(stranger->Route(&context, Q1(), &response).error_code(),
              grpc::StatusCode::UNAVAILABLE);
    EXPECT_THAT(HttpGet(*gateway_, "/readyz"), HasSubstr(" 503 "));
    EXPECT_THAT(HttpGet(*gateway_, "/livez"), HasSubstr(" 200 "));
  }

  void ExpectEndsBy(absl::Time end) {
    EXPECT_EQ(gateway_->WaitForExit(absl::Seconds(20)), 0) << gateway_->Said();
    EXPECT_LE(Clock::Real()->Now(), end);
    EXPECT_TRUE(upstream_.WaitForAllClosed());
    EXPECT_THAT(gateway_->Said(), HasSubstr("\"stopped\""));
  }

  // A row of the log for each call of `model`.
  int RowsOf(absl::string_view model) {
    const std::string said = gateway_->Said();
    const std::string word = absl::StrCat("\"model\":\"", model, "\"");
    int rows = 0;
    for (size_t at = said.find(word); at != said.npos;
         at = said.find(word, at + 1)) {
      ++rows;
    }
    return rows;
  }

  void DrainsByOne(int signal);

  FakeUpstream upstream_;
  std::unique_ptr<GatewayProcess> gateway_;
  std::unique_ptr<grpc::health::v1::Health::Stub> health_;
};

void ExpectCutShort(const Seen& seen) {
  EXPECT_THAT(seen.status.error_code(),
              AnyOf(grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::CANCELLED))
      << seen.message();
  EXPECT_EQ(seen.reason(), "SHUTTING_DOWN");
}

void ShutdownCases::DrainsByOne(int signal) {
  std::future<Seen> tick = Start("tick", true);
  std::future<Seen> hang = Start("hang", false);
  std::future<Seen> slow = Start("slow", false);
  ASSERT_TRUE(upstream_.WaitForRequests(3));
  const absl::Time sent = SendAndAwaitDrain(signal);
  ExpectRefusesNewCalls();

  const Seen answered = slow.get();
  EXPECT_TRUE(answered.status.ok()) << answered.message();
  EXPECT_EQ(answered.text, "slow");
  const Seen ticked = tick.get();
  ExpectCutShort(ticked);
  EXPECT_GE(Clock::Real()->Now() - sent, kGrace);
  EXPECT_GE(ticked.text_deltas, 1);  // What had been sent stays valid.
  ExpectCutShort(hang.get());
  ExpectEndsBy(sent + kMostToEnd);
  for (const char* model : {"tick", "hang", "slow"}) {
    EXPECT_EQ(RowsOf(model), 1) << gateway_->Said();
  }
}

TEST_F(ShutdownCases, Case044EndsInTimeAfterSigterm) { DrainsByOne(SIGTERM); }

TEST_F(ShutdownCases, Case044EndsInTimeAfterSigint) { DrainsByOne(SIGINT); }

TEST_F(ShutdownCases, Case044ASecondSignalEndsTheWait) {
  std::future<Seen> tick = Start("tick", true);
  std::future<Seen> hang = Start("hang", false);
  ASSERT_TRUE(upstream_.WaitForRequests(2));
  const absl::Time sent = SendAndAwaitDrain(SIGTERM);
  gateway_->Signal(SIGTERM);
  ExpectCutShort(tick.get());
  ExpectCutShort(hang.get());
  ExpectEndsBy(sent + kMostToEndAtOnce);
  EXPECT_EQ(RowsOf("tick"), 1);
  EXPECT_EQ(RowsOf("hang"), 1);
}

TEST_F(ShutdownCases, Case044BreaksTheSleepBeforeARetryOff) {
  std::future<Seen> busy = Start("busy", false);
  std::future<Seen> busy_stream = Start("busy", true);
  ASSERT_TRUE(upstream_.WaitForRequests(2));
  const absl::Time sent = SendAndAwaitDrain(SIGTERM);
  ExpectCutShort(busy.get());
  ExpectCutShort(busy_stream.get());
  ExpectEndsBy(sent + kMostToEnd);
  EXPECT_EQ(RowsOf("busy"), 2);
  EXPECT_EQ(upstream_.request_count(), 2u);
}

// The neighbour of a handler that blocks in a read: one that cannot write.
TEST_F(ShutdownCases, Case044DoesNotWaitForAClientThatDoesNotRead) {
  v1::RouteStreamRequest request = StreamQ1();
  request.mutable_chat()->set_model("flood");
  grpc::ClientContext context;
  auto reader = gateway_->gateway().RouteStream(&context, request);
  ASSERT_TRUE(upstream_.WaitForRequests(1));
  const absl::Time sent = SendAndAwaitDrain(SIGTERM);
  ExpectEndsBy(sent + kMostToEnd);
  EXPECT_EQ(RowsOf("flood"), 1);
  v1::RouteStreamResponse event;
  while (reader->Read(&event)) {
  }
  EXPECT_FALSE(reader->Finish().ok());
}

TEST_F(ShutdownCases, Case044EndsAtOnceWithNothingToWaitFor) {
  const Seen slow = Start("slow", false).get();
  EXPECT_TRUE(slow.status.ok()) << slow.message();
  const absl::Time sent = Clock::Real()->Now();
  gateway_->Signal(SIGTERM);
  gateway_->Signal(SIGHUP);  // Too late to be heeded, and no harm.
  ExpectEndsBy(sent + kMostToEndAtOnce);
}

}  // namespace
}  // namespace aigateway

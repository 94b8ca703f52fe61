// Reported cases 024 to 026: circuit breakers.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"

#include "tests/fakes/fake_upstream.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_probe.h"
#include "tests/integration/gateway_process.h"

namespace aigateway {
namespace {

UpstreamReply Broken() { return JsonAnswer(R"({"choices":7)"); }

class BreakerCases : public testing::Test {
 protected:
  void Start(const std::string& breaker, const std::string& more = "") {
    gateway_ = std::make_unique<GatewayProcess>(GatewayProcess::Options{
        .config = absl::StrCat("providers:\n", Instance("a", a_),
                               "targets: [{virtual_key: a, circuit_breaker: {",
                               breaker, "}", more,
                               "}]\nstrategy: {mode: single}\n")});
  }

  v1::BreakerState State() {
    grpc::ClientContext context;
    v1::ListTargetsResponse response;
    EXPECT_TRUE(gateway_->admin().ListTargets(&context, {}, &response).ok());
    return response.targets(0).breaker();
  }

  // Waits until an open breaker would let a call through.
  void AwaitTrialTime() {
    EXPECT_TRUE(
        WaitUntil([this] { return State() == v1::BREAKER_STATE_HALF_OPEN; }));
  }

  FakeUpstream a_;
  std::unique_ptr<GatewayProcess> gateway_;
};

TEST_F(BreakerCases, Case024GivesATrialThatSaysNothingBack) {
  for (int run = 1; run <= 4; ++run) {
    SCOPED_TRACE(run);
    Start("failure_threshold: 2, success_threshold: 1, timeout: 1s");
    UpstreamReply trial;
    if (run == 1) trial = ErrorReply(429, "slow down");
    if (run == 2) trial = ErrorReply(400, "bad");
    if (run == 3) trial = UpstreamReply().Stall();
    if (run == 4) trial = Broken();
    a_.SetReplies(
        {ErrorReply(500, "x"), ErrorReply(500, "x"), trial, Completion("ok")});
    const size_t before = a_.request_count();
    EXPECT_FALSE(CallRoute(*gateway_).status.ok());
    EXPECT_FALSE(CallRoute(*gateway_).status.ok());
    EXPECT_EQ(CallRoute(*gateway_).reason(), "CIRCUIT_OPEN");
    EXPECT_EQ(a_.request_count(), before + 2);
    AwaitTrialTime();
    EXPECT_FALSE(
        CallRoute(*gateway_, Q1(),
                  run == 3 ? absl::Milliseconds(100) : absl::Seconds(10))
            .status.ok());
    if (run == 4) {
      EXPECT_EQ(CallRoute(*gateway_).reason(), "CIRCUIT_OPEN");
      AwaitTrialTime();
    }
    const Seen after = CallRoute(*gateway_);
    EXPECT_TRUE(after.status.ok()) << after.message();
    EXPECT_EQ(State(), v1::BREAKER_STATE_CLOSED);
  }
}

TEST_F(BreakerCases, Case025SeesAStreamFail) {
  Start("failure_threshold: 2, timeout: 1s");
  UpstreamReply dropped;
  dropped.Send(SseHead()).Send(Chunk(SseEvent(DeltaJson("x")))).Reset();
  a_.SetReplies({dropped, dropped, TextStream({"ok"})});
  for (int i = 0; i < 2; ++i) {
    const Seen seen = CallStream(*gateway_);
    EXPECT_EQ(seen.text, "x");
    EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::UNAVAILABLE);
  }
  EXPECT_EQ(State(), v1::BREAKER_STATE_OPEN);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(CallStream(*gateway_).reason(), "CIRCUIT_OPEN");
  }
  EXPECT_EQ(a_.request_count(), 2u);
  AwaitTrialTime();
  EXPECT_TRUE(CallStream(*gateway_).status.ok());
  EXPECT_TRUE(CallStream(*gateway_).status.ok());
  EXPECT_EQ(a_.request_count(), 4u);
  EXPECT_EQ(State(), v1::BREAKER_STATE_CLOSED);
}

TEST_F(BreakerCases, Case025TakesAStreamThatStillRunsForNoSuccess) {
  Start("failure_threshold: 2, timeout: 30s");
  UpstreamReply dropped;
  dropped.Send(SseHead()).Send(Chunk(SseEvent(DeltaJson("x")))).Reset();
  UpstreamReply running;
  running.Send(SseHead()).Send(Chunk(SseEvent(DeltaJson("x")))).Stall();
  a_.SetReplies({dropped, running, dropped});
  EXPECT_FALSE(CallStream(*gateway_).status.ok());
  grpc::ClientContext context;
  const v1::RouteStreamRequest request = StreamQ1();
  auto reader = gateway_->gateway().RouteStream(&context, request);
  v1::RouteStreamResponse event;
  ASSERT_TRUE(reader->Read(&event));
  EXPECT_FALSE(CallStream(*gateway_).status.ok());
  EXPECT_EQ(State(), v1::BREAKER_STATE_OPEN);
  context.TryCancel();
  while (reader->Read(&event)) continue;
  (void)reader->Finish();
}

TEST_F(BreakerCases, Case026HoldsNoCallersHurryAgainstTheTarget) {
  Start("failure_threshold: 3, timeout: 30s");
  a_.SetHandler([](const UpstreamRequest& request) {
    UpstreamReply reply;
    reply.Pause(absl::Milliseconds(300));
    const UpstreamReply answer =
        request.body.find("\"stream\":true") != std::string::npos
            ? TextStream({"ok"})
            : Completion("ok");
    for (const UpstreamReply::Step& step : answer.steps()) {
      reply.Send(step.bytes);
    }
    return reply;
  });
  for (const bool stream : {false, true}) {
    for (int i = 0; i < 10; ++i) {
      EXPECT_EQ(
          CallEither(*gateway_, stream, Q1().chat(), absl::Milliseconds(50))
              .status.error_code(),
          grpc::StatusCode::DEADLINE_EXCEEDED);
    }
    const Seen last =
        CallEither(*gateway_, stream, Q1().chat(), absl::Seconds(10));
    EXPECT_TRUE(last.status.ok()) << last.message();
    EXPECT_EQ(State(), v1::BREAKER_STATE_CLOSED);
  }
}

TEST_F(BreakerCases, Case026CountsTheGatewaysOwnLimit) {
  Start("failure_threshold: 3, timeout: 30s", ", timeouts: {attempt: 100ms}");
  a_.SetReply(UpstreamReply().Stall());
  for (int i = 0; i < 3; ++i) {
    const Seen seen = CallRoute(*gateway_);
    EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
    EXPECT_EQ(seen.reason(), "ATTEMPT_TIMEOUT");
  }
  const Seen refused = CallRoute(*gateway_);
  EXPECT_EQ(refused.status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(refused.reason(), "CIRCUIT_OPEN");
  EXPECT_LT(refused.took, absl::Milliseconds(90));
}

}  // namespace
}  // namespace aigateway

// SIGTERM: what runs may end, what is new is refused, and then the process is
// gone at once.

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"

#include "gateway/base/clock.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_probe.h"
#include "tests/integration/gateway_process.h"

namespace aigateway {
namespace {

using grpc::health::v1::Health;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using testing::AnyOf;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

// Under the sanitizers the end of the process looks for leaks first.
constexpr absl::Duration kAtOnce =
    kSanitized ? absl::Seconds(5) : absl::Milliseconds(500);

absl::Time Now() { return Clock::Real()->Now(); }

// A stream that was begun, and how it ends.
class OpenStream {
 public:
  explicit OpenStream(GatewayProcess& gateway)
      : reader_(gateway.gateway().RouteStream(&context_, StreamQ1())) {}
  ~OpenStream() { context_.TryCancel(); }

  // Reads until the first text.
  bool Begin() {
    while (text_.empty() && reader_->Read(&event_)) {
      text_ += event_.delta().text();
    }
    return !text_.empty();
  }
  Seen End() {
    Seen seen;
    while (reader_->Read(&event_)) {
      text_ += event_.delta().text();
      if (event_.has_end()) ++seen.ends;
    }
    seen.status = reader_->Finish();
    seen.text = text_;
    return seen;
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::RouteStreamResponse>> reader_;
  v1::RouteStreamResponse event_;
  std::string text_;
};

class DrainRows : public testing::Test {
 protected:
  DrainRows() {
    UpstreamReply reply;
    reply.Send(SseHead())
        .Send(Chunk(SseEvent(DeltaJson("to the "))))
        .Await(gate_)
        .Send(Chunk(SseEvent(DeltaJson("end"))))
        .Send(Chunk(SseEvent(FinishJson())))
        .Send(Chunk(SseEvent("[DONE]")))
        .Send(LastChunk());
    a_.SetReply(reply);
  }
  void Start(std::vector<std::string> flags = {}, int standard_error = -1) {
    gateway_ = std::make_unique<GatewayProcess>(GatewayProcess::Options{
        .config = absl::StrCat("providers:\n", Instance("a", a_),
                               "targets: [{virtual_key: a}]\n"),
        .flags = std::move(flags),
        .standard_error = standard_error});
    health_ = Health::NewStub(gateway_->channel());
  }
  HealthCheckResponse::ServingStatus HealthNow() {
    grpc::ClientContext context;
    HealthCheckResponse response;
    EXPECT_TRUE(health_->Check(&context, {}, &response).ok());
    return response.status();
  }

  std::shared_ptr<UpstreamGate> gate_ = std::make_shared<UpstreamGate>();
  FakeUpstream a_;
  std::unique_ptr<GatewayProcess> gateway_;
  std::unique_ptr<Health::Stub> health_;
};

TEST_F(DrainRows, ARunningStreamFinishesAndNewCallsAreRefused) {
  Start();
  OpenStream stream(*gateway_);
  ASSERT_TRUE(stream.Begin());
  grpc::ClientContext watching;
  auto watch = health_->Watch(&watching, {});
  HealthCheckResponse health;
  ASSERT_TRUE(watch->Read(&health));
  EXPECT_EQ(health.status(), HealthCheckResponse::SERVING);
  EXPECT_THAT(HttpGet(*gateway_, "/readyz"), StartsWith("HTTP/1.1 200"));

  gateway_->Signal(SIGTERM);

  ASSERT_TRUE(watch->Read(&health));
  EXPECT_EQ(health.status(), HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(HealthNow(), HealthCheckResponse::NOT_SERVING);
  EXPECT_THAT(HttpGet(*gateway_, "/readyz"), StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(HttpGet(*gateway_, "/livez"), StartsWith("HTTP/1.1 200"));
  for (const Seen& refused : {CallRoute(*gateway_), CallStream(*gateway_)}) {
    EXPECT_EQ(refused.status.error_code(), grpc::StatusCode::UNAVAILABLE);
    EXPECT_EQ(refused.reason(), "SHUTTING_DOWN");
  }
  EXPECT_EQ(a_.request_count(), 1u);
  EXPECT_EQ(gateway_->WaitForExit(absl::Milliseconds(100)), -1)
      << "it waits for the stream";

  gate_->Open();
  const Seen seen = stream.End();
  const absl::Time ended = Now();
  EXPECT_TRUE(seen.status.ok()) << seen.message();
  EXPECT_EQ(seen.text, "to the end");
  EXPECT_EQ(seen.ends, 1);
  watching.TryCancel();
  EXPECT_EQ(gateway_->WaitForExit(absl::Seconds(20)), 0);
  EXPECT_LT(Now() - ended, absl::Seconds(kSanitized ? 10 : 3));
}

TEST_F(DrainRows, AnIdleGatewayIsGoneAtOnce) {
  absl::Duration best = absl::InfiniteDuration();
  for (int run = 0; run < 5; ++run) {
    Start();
    EXPECT_EQ(HealthNow(), HealthCheckResponse::SERVING);
    const absl::Time start = Now();
    gateway_->Signal(run % 2 == 0 ? SIGTERM : SIGINT);
    EXPECT_EQ(gateway_->WaitForExit(absl::Seconds(20)), 0);
    best = std::min(best, Now() - start);
    EXPECT_THAT(LogLines(*gateway_, "stopped"), SizeIs(1))
        << "the last line is written before the end";
  }
  EXPECT_LT(best, kAtOnce);
}

TEST_F(DrainRows, WhatOutlivesTheDrainTimeoutIsToldSo) {
  Start({"--drain_timeout=200ms"});
  OpenStream stream(*gateway_);
  ASSERT_TRUE(stream.Begin());
  const absl::Time start = Now();
  gateway_->Signal(SIGTERM);
  const Seen seen = stream.End();
  EXPECT_GE(Now() - start, absl::Milliseconds(195));
  EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(seen.reason(), "SHUTTING_DOWN");
  EXPECT_EQ(seen.text, "to the ");
  EXPECT_EQ(seen.ends, 0);
  EXPECT_TRUE(a_.WaitForAllClosed());
  EXPECT_EQ(gateway_->WaitForExit(absl::Seconds(20)), 0);
  const auto lines = LogLines(*gateway_, "request");
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].Value("code"), "SHUTTING_DOWN");
}

TEST_F(DrainRows, ASecondSignalWaitsNoLonger) {
  Start();
  OpenStream stream(*gateway_);
  ASSERT_TRUE(stream.Begin());
  gateway_->Signal(SIGTERM);
  ASSERT_THAT(WaitForLogLines(*gateway_, "draining", 1), SizeIs(1));
  const absl::Time start = Now();
  gateway_->Signal(SIGTERM);
  EXPECT_EQ(stream.End().reason(), "SHUTTING_DOWN");
  EXPECT_EQ(gateway_->WaitForExit(absl::Seconds(20)), 0);
  EXPECT_LT(Now() - start, absl::Seconds(10)) << "far less than 30 s of grace";
}

// A client that says nothing more, not even goodbye.
TEST_F(DrainRows, AConnectionThatStaysOpenDoesNotHoldTheEnd) {
  Start();
  EXPECT_EQ(HealthNow(), HealthCheckResponse::SERVING);
  grpc::ClientContext watching;
  auto watch = health_->Watch(&watching, {});
  HealthCheckResponse health;
  ASSERT_TRUE(watch->Read(&health));
  const absl::Time start = Now();
  gateway_->Signal(SIGTERM);
  // The watch is not read, nor ended by us.
  EXPECT_EQ(gateway_->WaitForExit(absl::Seconds(20)), 0);
  EXPECT_LT(Now() - start, absl::Seconds(kSanitized ? 10 : 3));
  watching.TryCancel();
}

TEST_F(DrainRows, AReaderOfTheLogThatStopsHoldsUpNothing) {
  a_.SetReply(Completion("hello"));
  int ends[2] = {-1, -1};
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  fcntl(ends[1], F_SETPIPE_SZ, 4096);
  Start({}, ends[1]);
  close(ends[1]);
  // Some hundred bytes each: far more than the pipe holds.
  for (int i = 0; i < 200; ++i) {
    const Seen seen = CallRoute(*gateway_, Q1(), absl::Seconds(10));
    ASSERT_EQ(seen.text, "hello") << seen.message();
  }
  EXPECT_EQ(Metric(*gateway_, "aigateway_log_lines_dropped_total"), 0);
  const absl::Time start = Now();
  gateway_->Signal(SIGTERM);
  EXPECT_EQ(gateway_->WaitForExit(absl::Seconds(20)), 0);
  EXPECT_LT(Now() - start, absl::Seconds(kSanitized ? 10 : 4));
  close(ends[0]);
}

}  // namespace
}  // namespace aigateway

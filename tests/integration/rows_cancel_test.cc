// A client that goes away, or whose deadline passes, ends everything that was
// begun for it, down to the provider's socket.

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"

#include "gateway/base/clock.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_probe.h"
#include "tests/integration/gateway_process.h"

namespace aigateway {
namespace {

using testing::AllOf;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;
using testing::SizeIs;

// The bound is for a machine that has nothing else to do: of several tries the
// best one counts.
constexpr int kTries = 5;
constexpr absl::Duration kCloses = absl::Milliseconds(50);

absl::Time Now() { return Clock::Real()->Now(); }

// The command line tool in a process of its own, asking `gateway`.
class ChatProcess {
 public:
  ChatProcess(const GatewayProcess& gateway, bool stream) {
    std::vector<std::string> words = {
        "tools/aigwctl/aigwctl", "chat", "hi", "--model=m1",
        absl::StrCat("--address=", gateway.address())};
    if (!stream) words.push_back("--no-stream");
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    int ends[2] = {-1, -1};
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    out_ = ends[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    EXPECT_EQ(
        posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ),
        0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
  }
  ~ChatProcess() {
    Kill();
    waitpid(pid_, nullptr, 0);
    close(out_);
  }

  // Waits until it has printed `text`. False if it ends first.
  bool WaitForText(const std::string& text) {
    std::string printed;
    char buffer[256];
    while (printed.find(text) == std::string::npos) {
      const ssize_t n = read(out_, buffer, sizeof(buffer));
      if (n <= 0) return false;
      printed.append(buffer, static_cast<size_t>(n));
    }
    return true;
  }
  void Kill() { kill(pid_, SIGKILL); }

 private:
  pid_t pid_ = -1;
  int out_ = -1;
};

class CancelRows : public testing::Test {
 protected:
  void Start(const std::string& more = "") {
    gateway_ = std::make_unique<GatewayProcess>(GatewayProcess::Options{
        .config = absl::StrCat("providers:\n", Instance("a", a_),
                               "targets: [{virtual_key: a", more, "}]\n",
                               "strategy: {mode: single}\n")});
  }
  // Two deltas, then silence: only the socket tells that nobody listens.
  static UpstreamReply SilentStream() {
    UpstreamReply reply;
    reply.Send(SseHead())
        .Send(Chunk(SseEvent(DeltaJson("one "))))
        .Send(Chunk(SseEvent(DeltaJson("two "))))
        .Stall();
    return reply;
  }
  // How long after `since` the upstream saw its `count`th connection closed.
  absl::Duration ClosedAfter(absl::Time since, size_t count) {
    const std::optional<absl::Time> closed = a_.WaitForClientClose(count);
    EXPECT_TRUE(closed.has_value()) << "the upstream's socket stays open";
    return closed.has_value() ? *closed - since : absl::InfiniteDuration();
  }
  // Nothing is left running: no request, no socket, and `count` requests are
  // in the log as `code`.
  void ExpectAllOver(size_t count, const std::string& code) {
    EXPECT_TRUE(WaitUntil([this] { return InFlight(*gateway_) == 0; }));
    EXPECT_EQ(a_.open_connections(), 0u);
    const auto lines = WaitForLogLines(*gateway_, "request", count);
    ASSERT_THAT(lines, SizeIs(count));
    for (const LogLine& line : lines) EXPECT_EQ(line.Value("code"), code);
    // No call that a drain would have to wait for.
    gateway_->Signal(SIGTERM);
    EXPECT_EQ(gateway_->WaitForExit(absl::Seconds(20)), 0);
    const auto drains = LogLines(*gateway_, "draining");
    ASSERT_THAT(drains, SizeIs(1));
    EXPECT_THAT(drains[0].text, HasSubstr("\"open_calls\":0"));
  }

  FakeUpstream a_;
  std::unique_ptr<GatewayProcess> gateway_;
};

TEST_F(CancelRows, KillingTheClientInAStreamClosesTheUpstreamWithin50Ms) {
  Start();
  a_.SetReply(SilentStream());
  absl::Duration best = absl::InfiniteDuration();
  for (int run = 1; run <= kTries; ++run) {
    ChatProcess client(*gateway_, /*stream=*/true);
    ASSERT_TRUE(client.WaitForText("two"));
    const absl::Time killed = Now();
    client.Kill();
    best = std::min(best, ClosedAfter(killed, run));
  }
  EXPECT_LE(best, kCloses);
  ExpectAllOver(kTries, "CANCELLED");
}

TEST_F(CancelRows, KillingTheClientOfARouteClosesTheUpstreamWithin50Ms) {
  Start();
  a_.SetReply(UpstreamReply().Stall());
  absl::Duration best = absl::InfiniteDuration();
  for (int run = 1; run <= kTries; ++run) {
    ChatProcess client(*gateway_, /*stream=*/false);
    ASSERT_TRUE(a_.WaitForRequests(run));
    const absl::Time killed = Now();
    client.Kill();
    best = std::min(best, ClosedAfter(killed, run));
  }
  EXPECT_LE(best, kCloses);
  ExpectAllOver(kTries, "CANCELLED");
}

TEST_F(CancelRows, CancellingAStreamClosesTheUpstreamWithin50Ms) {
  Start();
  a_.SetReply(SilentStream());
  absl::Duration best = absl::InfiniteDuration();
  for (int run = 1; run <= kTries; ++run) {
    grpc::ClientContext context;
    auto reader = gateway_->gateway().RouteStream(&context, StreamQ1());
    v1::RouteStreamResponse event;
    std::string text;
    while (text != "one two " && reader->Read(&event)) {
      text += event.delta().text();
    }
    ASSERT_EQ(text, "one two ");
    const absl::Time cancelled = Now();
    context.TryCancel();
    best = std::min(best, ClosedAfter(cancelled, run));
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  EXPECT_LE(best, kCloses);
  ExpectAllOver(kTries, "CANCELLED");
}

TEST_F(CancelRows, CancellingARouteClosesTheUpstreamWithin50Ms) {
  Start();
  a_.SetReply(UpstreamReply().Stall());
  absl::Duration best = absl::InfiniteDuration();
  for (int run = 1; run <= kTries; ++run) {
    grpc::ClientContext context;
    std::thread caller([&] {
      v1::RouteResponse response;
      EXPECT_EQ(
          gateway_->gateway().Route(&context, Q1(), &response).error_code(),
          grpc::StatusCode::CANCELLED);
    });
    EXPECT_TRUE(a_.WaitForRequests(run));
    const absl::Time cancelled = Now();
    context.TryCancel();
    best = std::min(best, ClosedAfter(cancelled, run));
    caller.join();
  }
  EXPECT_LE(best, kCloses);
  ExpectAllOver(kTries, "CANCELLED");
}

class DeadlineRows : public CancelRows,
                     public testing::WithParamInterface<bool> {
 protected:
  Seen Call(absl::Duration deadline) {
    return GetParam() ? CallStream(*gateway_, StreamQ1(), deadline)
                      : CallRoute(*gateway_, Q1(), deadline);
  }
  // Speaks after 20 s.
  static UpstreamReply LateAnswer() {
    UpstreamReply reply;
    reply.Pause(absl::Seconds(20)).Send("HTTP/1.1 500 Too late\r\n\r\n");
    return reply;
  }
};

TEST_P(DeadlineRows, ADeadlineOf300MsEndsACallThatNeeds20Seconds) {
  Start();
  a_.SetReply(LateAnswer());
  constexpr absl::Duration kDeadline = absl::Milliseconds(300);
  absl::Duration best = absl::InfiniteDuration();
  absl::Duration best_close = absl::InfiniteDuration();
  for (int run = 1; run <= kTries; ++run) {
    const absl::Time start = Now();
    const Seen seen = Call(kDeadline);
    EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
    EXPECT_GE(seen.took, kDeadline - absl::Milliseconds(5));
    best = std::min(best, seen.took);
    best_close = std::min(best_close, ClosedAfter(start, run));
  }
  EXPECT_LE(best, kDeadline + kCloses);
  EXPECT_LE(best_close, kDeadline + kCloses);
  EXPECT_EQ(a_.request_count(), static_cast<size_t>(kTries))
      << "nothing is tried again after the deadline";
  ExpectAllOver(kTries, "DEADLINE_EXCEEDED");
}

// A client's own timer ends its call in the moment in which the gateway does,
// so that it sees no details. A limit of the gateway's has them.
TEST_P(DeadlineRows, ATargetsLimitOf300MsSaysWhatPassedAndWhere) {
  Start(", timeouts: {attempt: 300ms}");
  a_.SetReply(LateAnswer());
  absl::Duration best = absl::InfiniteDuration();
  for (int run = 1; run <= kTries; ++run) {
    const Seen seen = Call(absl::Seconds(30));
    EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
    EXPECT_GE(seen.took, absl::Milliseconds(295));
    best = std::min(best, seen.took);
    google::rpc::ErrorInfo info;
    ASSERT_TRUE(seen.Details(&info));
    EXPECT_EQ(info.reason(), "ATTEMPT_TIMEOUT");
    EXPECT_EQ(info.domain(), "aigateway");
    EXPECT_EQ(info.metadata().at("target"), "a");
    google::rpc::Status details;
    ASSERT_TRUE(details.ParseFromString(seen.status.error_details()));
    v1::RouteFailure failure;
    bool found = false;
    for (const auto& detail : details.details()) {
      found = found || detail.UnpackTo(&failure);
    }
    ASSERT_TRUE(found) << "no attempts among the details";
    ASSERT_EQ(failure.attempts_size(), 1);
    EXPECT_EQ(failure.attempts(0).target(), "a");
    EXPECT_TRUE(a_.WaitForClientClose(run).has_value());
  }
  EXPECT_LE(best, absl::Milliseconds(300) + kCloses);
  ExpectAllOver(kTries, "ATTEMPT_TIMEOUT");
}

INSTANTIATE_TEST_SUITE_P(RouteAndRouteStream, DeadlineRows, testing::Bool(),
                         [](const auto& info) {
                           return info.param ? "RouteStream" : "Route";
                         });

}  // namespace
}  // namespace aigateway

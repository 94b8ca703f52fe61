// A name that takes 5 s to resolve is waited for by those alone who need it,
// and not even by those once nobody wants their answer.

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <optional>
#include <poll.h>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"

#include "gateway/base/clock.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_probe.h"
#include "tests/integration/gateway_process.h"

namespace aigateway {
namespace {

using testing::SizeIs;

constexpr absl::Duration kLookup = absl::Seconds(5);

absl::Time Now() { return Clock::Real()->Now(); }

// A pipe whose one end is the gateway's.
struct Pipe {
  Pipe() { EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0); }
  ~Pipe() {
    for (const int end : ends) {
      if (end >= 0) close(end);
    }
  }
  // A descriptor for the child, by its number as text.
  std::string Inherited(int end) {
    EXPECT_EQ(fcntl(ends[end], F_SETFD, 0), 0);
    return absl::StrCat(ends[end]);
  }
  void Close(int end) {
    close(ends[end]);
    ends[end] = -1;
  }

  int ends[2] = {-1, -1};  // To read from, to write to.
};

// Two targets at one upstream: fast by its address, slow by a name. One loop,
// so that they share it.
class SlowNameRows : public testing::Test {
 protected:
  SlowNameRows() {
    upstream_.SetReply(Completion("hello"));
    const auto instance = [this](absl::string_view name,
                                 absl::string_view host) {
      return absl::StrCat("- {name: ", name,
                          ", type: openai-compatible, base_url: \"http://",
                          host, ":", upstream_.port(), "\", api_key: k}\n");
    };
    gateway_ = std::make_unique<GatewayProcess>(GatewayProcess::Options{
        .config = absl::StrCat("providers:\n", instance("fast", "127.0.0.1"),
                               instance("slow", "slow.test"),
                               "targets:\n"
                               "- {virtual_key: fast}\n"
                               "- {virtual_key: slow, timeouts: "
                               "{connect: 20s}, retry: {attempts: 1}}\n"
                               "strategy: {mode: fallback}\n"),
        .flags = {"--loops=1"},
        .environment = {{"LD_PRELOAD", std::filesystem::absolute(
                                           "tests/integration/slow_names.so")
                                           .string()},
                        {"SLOW_NAMES_BEGUN", begun_.Inherited(1)},
                        {"SLOW_NAMES_GATE", gate_.Inherited(0)}}});
    gate_.Close(0);
  }
  ~SlowNameRows() override { OpenGate(); }

  // Lets every lookup end.
  void OpenGate() {
    if (gate_.ends[1] >= 0) gate_.Close(1);
  }
  bool WaitForLookup() {
    pollfd readable = {begun_.ends[0], POLLIN, 0};
    char byte = 0;
    return poll(&readable, 1, 10000) == 1 &&
           read(begun_.ends[0], &byte, 1) == 1;
  }
  static v1::RouteRequest To(const std::string& target) {
    v1::RouteRequest request = Q1();
    request.mutable_options()->set_target(target);
    return request;
  }
  static v1::RouteStreamRequest StreamTo(const std::string& target) {
    v1::RouteStreamRequest request = StreamQ1();
    request.mutable_options()->set_target(target);
    return request;
  }

  FakeUpstream upstream_;
  Pipe begun_;
  Pipe gate_;
  std::unique_ptr<GatewayProcess> gateway_;
};

TEST_F(SlowNameRows, ANameThatTakes5SecondsDelaysNoOtherRequest) {
  Seen slow;
  std::thread caller([&] { slow = CallRoute(*gateway_, To("slow")); });
  ASSERT_TRUE(WaitForLookup());
  const absl::Time begun = Now();
  // As many as the lookup's time allows, within reason.
  absl::Duration longest = absl::ZeroDuration();
  for (int i = 0; i < 100; ++i) {
    const Seen fast = CallRoute(*gateway_, To("fast"));
    EXPECT_EQ(fast.text, "hello") << fast.message();
    longest = std::max(longest, fast.took);
  }
  EXPECT_LT(Now() - begun, kLookup) << "they waited for the name";
  EXPECT_LT(longest, kLookup / 2);
  EXPECT_EQ(InFlight(*gateway_), 1) << "the slow one waits still";
  caller.join();
  EXPECT_EQ(slow.text, "hello") << slow.message();
  EXPECT_GE(slow.took, kLookup);
}

TEST_F(SlowNameRows, ACallCancelledMeanwhileEndsWithin50Ms) {
  constexpr int kTries = 5;
  std::vector<absl::Time> cancelled;
  for (int run = 1; run <= kTries; ++run) {
    const bool stream = run % 2 == 0;
    grpc::ClientContext context;
    std::thread caller([&] {
      if (stream) {
        v1::RouteStreamResponse event;
        auto reader =
            gateway_->gateway().RouteStream(&context, StreamTo("slow"));
        while (reader->Read(&event)) {
        }
        EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
      } else {
        v1::RouteResponse response;
        EXPECT_EQ(gateway_->gateway()
                      .Route(&context, To("slow"), &response)
                      .error_code(),
                  grpc::StatusCode::CANCELLED);
      }
    });
    EXPECT_TRUE(WaitForLookup());
    cancelled.push_back(Now());
    context.TryCancel();
    caller.join();
    // Before the next begins, so that the log has them in turn.
    EXPECT_TRUE(WaitUntil([this] { return InFlight(*gateway_) == 0; }));
  }
  // The client's library ends the call by itself: what counts is the gateway's
  // own word of when it was over.
  const auto lines = WaitForLogLines(*gateway_, "request", kTries);
  ASSERT_THAT(lines, SizeIs(kTries));
  absl::Duration best = absl::InfiniteDuration();
  for (int i = 0; i < kTries; ++i) {
    EXPECT_EQ(lines[i].Value("code"), "CANCELLED");
    best = std::min(best, lines[i].time - cancelled[i]);
  }
  EXPECT_LE(best, absl::Milliseconds(50));
  EXPECT_EQ(upstream_.connection_count(), 0u);
}

TEST_F(SlowNameRows, ADeadlineMeanwhileEndsTheCallInTime) {
  absl::Duration best = absl::InfiniteDuration();
  for (int run = 0; run < 3; ++run) {
    const Seen seen = CallRoute(*gateway_, To("slow"), absl::Milliseconds(300));
    EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
    EXPECT_TRUE(WaitForLookup());
    best = std::min(best, seen.took);
    EXPECT_TRUE(WaitUntil([this] { return InFlight(*gateway_) == 0; },
                          absl::Seconds(2)));
  }
  EXPECT_LE(best, absl::Milliseconds(350));
}

TEST_F(SlowNameRows, TheProcessEndsWhileANameResolves) {
  std::thread caller([&] {
    const Seen slow = CallRoute(*gateway_, To("slow"));
    EXPECT_EQ(slow.reason(), "SHUTTING_DOWN");
  });
  ASSERT_TRUE(WaitForLookup());
  const absl::Time start = Now();
  gateway_->Signal(SIGTERM);
  // The second one does not wait for calls; two at once would be one.
  EXPECT_THAT(WaitForLogLines(*gateway_, "draining", 1), SizeIs(1));
  gateway_->Signal(SIGTERM);
  EXPECT_EQ(gateway_->WaitForExit(absl::Seconds(20)), 0);
  EXPECT_LT(Now() - start, kLookup - absl::Seconds(1));
  caller.join();
}

}  // namespace
}  // namespace aigateway

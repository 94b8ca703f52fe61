// Random faults under full load, with clients that cancel: nothing hangs,
// nothing leaks, the counts add up. Some seconds as a test; minutes by hand:
//
//   AIGATEWAY_SOAK=10m bazel test --test_env=AIGATEWAY_SOAK
//       --test_timeout=1000 //tests/integration:soak_test

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"

#include "gateway/base/clock.h"
#include "gateway/base/mutex.h"
#include "gateway/base/random.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_probe.h"
#include "tests/integration/gateway_process.h"

namespace aigateway {
namespace {

constexpr int kClients = 16;
constexpr char kText[] = "one two three four five six seven eight";

absl::Duration SoakTime() {
  absl::Duration time = absl::Seconds(5);
  if (const char* text = std::getenv("AIGATEWAY_SOAK")) {
    EXPECT_TRUE(absl::ParseDuration(text, &time)) << text;
  }
  return time;
}

UpstreamReply HealthyStream() {
  return TextStream({"one two ", "three four ", "five six ", "seven eight"});
}

// What a provider does next; `draw` decides.
UpstreamReply Misbehave(bool stream, uint64_t draw) {
  UpstreamReply cut;
  cut.Send(SseHead()).Send(Chunk(SseEvent(DeltaJson("one two "))));
  switch (draw % 16) {
    case 0:
      return ErrorReply(500, "broken");
    case 1:
      return ErrorReply(503, "busy");
    case 2:
      return Answer(429, "{}", {{"Retry-After", "1"}});
    case 3:
      return UpstreamReply().Reset();
    case 4:
      return UpstreamReply().Stall();
    case 5:
      return stream ? cut.Reset() : UpstreamReply().Close();
    case 6:
      return stream ? cut.Send(LastChunk()) : JsonAnswer("{\"choices\":7");
    case 7:
      return stream ? cut.Stall() : ErrorReply(500, "broken");
    case 8:
      return ErrorReply(400, "bad");
    default:
      return stream ? HealthyStream() : Completion(kText);
  }
}

class Upstream {
 public:
  explicit Upstream(uint64_t seed) : random_(seed) {
    upstream_.SetHandler([this](const UpstreamRequest& request) {
      const bool stream =
          request.body.find("\"stream\":true") != std::string::npos;
      MutexLock lock(&mutex_);
      return Misbehave(stream, random_.Next());
    });
  }
  FakeUpstream& fake() { return upstream_; }

 private:
  Mutex mutex_;
  Random random_ ABSL_GUARDED_BY(mutex_);
  FakeUpstream upstream_;  // Last: its threads use the rest.
};

struct Counts {
  std::atomic<int> calls = 0;
  std::atomic<int> answered = 0;
  std::atomic<int> wrong = 0;
};

// One client: calls one after the other, and leaves some of them early.
void CallUntil(GatewayProcess& gateway, absl::Time end, uint64_t seed,
               Counts& counts) {
  Random random(seed);
  while (Clock::Real()->Now() < end) {
    const bool stream = random.Next() % 2 == 0;
    const bool hurried = random.Next() % 4 == 0;
    v1::RouteStreamRequest request = StreamQ1();
    request.mutable_options()->set_on_interruption(
        static_cast<v1::OnInterruption>(random.Next() % 4));
    request.mutable_options()->set_priority(
        static_cast<v1::Priority>(random.Next() % 4));
    const absl::Duration limit =
        hurried ? absl::Milliseconds(random.Next() % 100) : absl::Seconds(20);
    ++counts.calls;
    const Seen seen = stream ? CallStream(gateway, request, limit)
                             : CallRoute(gateway, Q1(), limit);
    if (!seen.status.ok()) continue;
    ++counts.answered;
    if (seen.text != kText) ++counts.wrong;
  }
}

// All requests that the gateway counted, however they ended.
double RequestsCounted(const GatewayProcess& gateway) {
  double sum = 0;
  const std::string page = HttpGet(gateway, "/metrics");
  for (absl::string_view line : absl::StrSplit(page, '\n')) {
    double value = 0;
    if (absl::StartsWith(line, "aigateway_requests_total{") &&
        absl::SimpleAtod(line.substr(line.rfind(' ') + 1), &value)) {
      sum += value;
    }
  }
  return sum;
}

TEST(SoakTest, SurvivesRandomFaultsAndLeavesNothingBehind) {
  Upstream a(1);
  Upstream b(2);
  Upstream c(3);
  const std::string more =
      ", retry: {attempts: 3, initial_backoff: 5ms}, timeouts: {first_token: "
      "200ms, idle: 300ms, attempt: 1s}, circuit_breaker: {failure_threshold: "
      "20, timeout: 300ms}, concurrency: {max: 12, queue: 50}}";
  GatewayProcess gateway(
      {.config = absl::StrCat(
           "providers:\n", Instance("a", a.fake()), Instance("b", b.fake()),
           Instance("c", c.fake()), "targets: [{virtual_key: a", more,
           ", {virtual_key: b", more, ", {virtual_key: c", more,
           "]\nstrategy: {mode: loadbalance, hedge: {after: "
           "100ms, max_share: 0.2}}\n")});
  ASSERT_TRUE(CallRoute(gateway).status.error_code() !=
              grpc::StatusCode::UNIMPLEMENTED);
  ASSERT_TRUE(WaitUntil([&] { return InFlight(gateway) == 0; }));
  const int descriptors = gateway.open_descriptors();
  const int64_t resident = gateway.resident_kib();

  Counts counts;
  const absl::Time end = Clock::Real()->Now() + SoakTime();
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([&, i] { CallUntil(gateway, end, 100 + i, counts); });
  }
  for (std::thread& client : clients) client.join();

  EXPECT_EQ(counts.wrong, 0);
  EXPECT_GT(counts.answered, counts.calls / 3);
  EXPECT_TRUE(WaitUntil([&] { return InFlight(gateway) == 0; }));
  // Every attempt has ended, and with it its slot.
  EXPECT_TRUE(WaitUntil([&] {
    grpc::ClientContext context;
    v1::ListTargetsResponse targets;
    if (!gateway.admin().ListTargets(&context, {}, &targets).ok()) return false;
    for (const v1::Target& target : targets.targets()) {
      if (target.in_flight() != 0 || target.queued() != 0) return false;
    }
    return true;
  }));
  // What a client gave up before it was sent is the only difference.
  EXPECT_LE(RequestsCounted(gateway), counts.calls + 1);
  EXPECT_GE(RequestsCounted(gateway), counts.answered);
  // Connections that are kept are the same that were opened first, or fewer
  // than one for each call in flight.
  EXPECT_TRUE(WaitUntil([&] {
    return gateway.open_descriptors() <= descriptors + 4 * kClients;
  }));
  EXPECT_LT(gateway.resident_kib() - resident, kSanitized ? 400'000 : 60'000);
  gateway.Signal(SIGTERM);
  EXPECT_EQ(gateway.WaitForExit(absl::Seconds(20)), 0);
}

}  // namespace
}  // namespace aigateway

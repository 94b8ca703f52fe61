// Many callers at once against one limit of tokens, in one gateway and in two.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/route.pb.h"
#include "gateway/base/scope.h"
#include "gateway/base/timers.h"
#include "gateway/net/event_loop.h"
#include "plugins/plugin.h"
#include "plugins/rate_limit.h"
#include "tests/fakes/fake_timers.h"
#include "tests/fakes/plugin_fixture.h"
#include "tests/fakes/redis_server.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

// What the prompt is reckoned with: "hi".
constexpr int64_t kPromptTokens = 5;

std::unique_ptr<Plugin> Make(const std::string& text) {
  config::v1::RateLimitSettings settings;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &settings));
  absl::StatusOr<std::unique_ptr<Plugin>> plugin = RateLimit::Create(settings);
  EXPECT_THAT(plugin, IsOk());
  return *std::move(plugin);
}

// Every other caller states no limit.
std::optional<int32_t> AskedBy(int caller) {
  if (caller % 2 == 0) return 10 + caller;
  return std::nullopt;
}

// One call. Whether it was let in; its answer then used all that it may write,
// which is added to `used`.
Task<bool> Call(Plugin& plugin, Env env,
                std::optional<int32_t> max_output_tokens,
                std::atomic<int64_t>& used) {
  const v1::RoutingOptions options;
  v1::ChatRequest chat;
  chat.set_model("m1");
  v1::Message& message = *chat.add_messages();
  message.set_role(v1::ROLE_USER);
  message.set_content("hi");
  if (max_output_tokens.has_value()) {
    chat.set_max_output_tokens(*max_output_tokens);
  }
  v1::RouteInfo route;
  const absl::Time deadline = env.timers->Now() + absl::Minutes(1);
  Scope scope(deadline);
  std::unique_ptr<PluginState> state;
  PluginRequest request{.chat = chat,
                        .options = options,
                        .route = route,
                        .stream = false,
                        .embed = nullptr,
                        .caller = "",
                        .env = env,
                        .scope = scope,
                        .state = state,
                        .deadline = deadline};
  const absl::StatusOr<Verdict> verdict =
      co_await plugin.BeforeRequest(request);
  if (DenialOf(verdict).has_value()) co_return false;
  EXPECT_TRUE(chat.has_max_output_tokens());
  const int64_t tokens = kPromptTokens + chat.max_output_tokens();
  used += tokens;
  route.add_attempts()->set_outcome(v1::ATTEMPT_OUTCOME_SUCCEEDED);
  v1::ChatResponse response;
  response.mutable_usage()->set_total_tokens(tokens);
  EXPECT_THAT(co_await plugin.AfterRequest(request, response), IsOk());
  co_return true;
}

// A loop of its own that belongs to the thread that calls.
class Caller {
 public:
  bool CallOnce(Plugin& plugin, std::optional<int32_t> max_output_tokens,
                std::atomic<int64_t>& used) {
    return RunToEnd(loop_, Call(plugin, env_, max_output_tokens, used));
  }

 private:
  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Env env_{.loop = &loop_, .clock = &timers_, .timers = &timers_};
};

TEST(RateLimitCrowdTest, HoldsSixtyFourCallersToALimitOfTokens) {
  const std::unique_ptr<Plugin> plugin = Make(
      "limits { tokens { per_minute: 1000 } }"
      "default_max_output_tokens: 30");
  std::atomic<int64_t> used = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 64; ++i) {
    threads.emplace_back([&, i] {
      Caller caller;
      for (int call = 0; call < 40; ++call) {
        caller.CallOnce(*plugin, AskedBy(i), used);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(used, 1000);
  // Nothing is lost: who comes then has what is left.
  Caller last;
  while (last.CallOnce(*plugin, std::nullopt, used)) {
  }
  EXPECT_LE(used, 1000);
  EXPECT_GE(used, 900);
}

// A gateway with a loop of its own, on which callers run side by side.
class SharingGateway {
 public:
  explicit SharingGateway(const std::string& settings)
      : plugin_(Make(settings)), loop_(*EventLoop::Create({})) {}

  // Each calls so often, one call after the other. Adds up what the answers
  // used.
  void Start(int callers, int calls, std::atomic<int64_t>* used) {
    EXPECT_THAT(loop_->Start(), IsOk());
    for (int i = 0; i < callers; ++i) {
      loop_->Spawn(CallAgain(AskedBy(i), calls, used));
    }
  }
  void Join() {
    loop_->Stop();
    loop_->Join();
  }

 private:
  Task<void> CallAgain(std::optional<int32_t> asked, int calls,
                       std::atomic<int64_t>* used) {
    for (int call = 0; call < calls; ++call) {
      co_await Call(*plugin_, loop_->env(), asked, *used);
    }
  }

  const std::unique_ptr<Plugin> plugin_;
  const std::unique_ptr<EventLoop> loop_;
};

TEST(RateLimitCrowdTest, HoldsTwoGatewaysWithSixtyFourCallersToOneLimit) {
  const RedisServer redis("secret");
  // Longer than the test, so that nothing comes back in it; and a Redis that a
  // busy machine holds up is waited for.
  const std::string settings = absl::StrCat(
      "limits { tokens { per_day: 1000 } } default_max_output_tokens: 30 "
      "backend: STORE_BACKEND_REDIS on_unavailable: ON_UNAVAILABLE_DENY "
      "redis { address: '",
      redis.address(), "' password: 'secret' timeout { seconds: 1 } }");
  std::atomic<int64_t> used = 0;
  std::vector<std::unique_ptr<SharingGateway>> gateways;
  for (int i = 0; i < 2; ++i) {
    gateways.push_back(std::make_unique<SharingGateway>(settings));
  }
  for (const auto& gateway : gateways) gateway->Start(32, 20, &used);
  for (const auto& gateway : gateways) gateway->Join();
  EXPECT_LE(used, 1000);
  // Nothing is lost: who comes then, by a third one, has what is left.
  SharingGateway last(settings);
  last.Start(1, 40, &used);
  last.Join();
  EXPECT_LE(used, 1000);
  EXPECT_GE(used, 900);
}

}  // namespace
}  // namespace aigateway

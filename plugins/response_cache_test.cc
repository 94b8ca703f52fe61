#include "plugins/response_cache.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/timers.h"
#include "gateway/net/event_loop.h"
#include "tests/fakes/plugin_fixture.h"
#include "tests/fakes/redis_server.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using config::v1::ResponseCacheSettings;

v1::ChatResponse Answer(const std::string& text,
                        v1::FinishReason finish = v1::FINISH_REASON_STOP) {
  v1::ChatResponse response;
  v1::Choice& choice = *response.add_choices();
  choice.mutable_message()->set_content(text);
  choice.set_finish_reason(finish);
  response.mutable_usage()->set_total_tokens(7);
  return response;
}

// What became of one request before a provider was asked.
struct Looked {
  v1::CacheStatus cache = v1::CACHE_STATUS_UNSPECIFIED;
  std::string text;  // Of the cache's answer; empty without one.
};

Looked Read(const absl::StatusOr<Verdict>& verdict) {
  EXPECT_THAT(verdict, IsOk());
  if (!verdict.ok()) return {};
  if (const auto* allow = std::get_if<Allow>(&*verdict)) {
    return {.cache = allow->cache};
  }
  const auto& answer = std::get<AnswerInstead>(*verdict);
  EXPECT_FALSE(answer.response.has_usage());
  return {.cache = answer.cache,
          .text = answer.response.choices(0).message().content()};
}

class ResponseCacheTest : public PluginFixture {
 protected:
  // A request that begins and, if the cache had nothing, gets `response`.
  Looked Ask(const v1::ChatResponse& response,
             const absl::Status& end = absl::OkStatus()) {
    const Looked looked = Read(Before(*cache_));
    if (looked.text.empty()) Answered(response);
    EndRequest(end);
    return looked;
  }
  Looked Ask(const std::string& text) { return Ask(Answer(text)); }

  void Use(const ResponseCacheSettings& settings) {
    cache_ = std::make_unique<ResponseCache>(settings);
  }

  std::unique_ptr<ResponseCache> cache_ =
      std::make_unique<ResponseCache>(ResponseCacheSettings());
};

TEST_F(ResponseCacheTest, AnswersTheSameRequestAsBefore) {
  EXPECT_EQ(Ask("one").cache, v1::CACHE_STATUS_MISS);
  const Looked second = Ask("two");
  EXPECT_EQ(second.cache, v1::CACHE_STATUS_HIT);
  EXPECT_EQ(second.text, "one");
  timers_.Advance(absl::Seconds(300));
  EXPECT_EQ(Ask("three").cache, v1::CACHE_STATUS_MISS);
}

TEST_F(ResponseCacheTest, AnswersAStreamAndAWholeAnswerAlike) {
  Ask("one");
  stream_ = true;
  EXPECT_EQ(Ask("two").text, "one");
}

TEST_F(ResponseCacheTest, KeepsTheAnswersOfKeysApartUnlessTold) {
  caller_ = "alice";
  Ask("hers");
  caller_ = "bob";
  EXPECT_EQ(Ask("his").cache, v1::CACHE_STATUS_MISS);
  ResponseCacheSettings settings;
  settings.set_scope(config::v1::CACHE_SCOPE_ALL);
  Use(settings);
  caller_ = "alice";
  Ask("hers");
  caller_ = "bob";
  EXPECT_EQ(Ask("his").text, "hers");
}

TEST_F(ResponseCacheTest, LetsARequestPassByOrAnew) {
  Ask("one");
  options_.set_cache(v1::CACHE_POLICY_BYPASS);
  EXPECT_EQ(Ask("two").cache, v1::CACHE_STATUS_BYPASS);
  options_.Clear();
  EXPECT_EQ(Ask("").text, "one");
  options_.set_cache(v1::CACHE_POLICY_REFRESH);
  EXPECT_EQ(Ask("three").cache, v1::CACHE_STATUS_BYPASS);
  options_.Clear();
  EXPECT_EQ(Ask("").text, "three");
}

// C031: an answer that is cut, failed or refused is not played back.
TEST_F(ResponseCacheTest, Case031KeepsNothingThatIsNotWhole) {
  v1::ChatResponse refused = Answer("");
  refused.mutable_choices(0)->mutable_message()->set_refusal("no");
  const std::pair<v1::ChatResponse, absl::Status> firsts[] = {
      {Answer("cut", v1::FINISH_REASON_LENGTH), absl::OkStatus()},
      {Answer("bad", v1::FINISH_REASON_CONTENT_FILTER), absl::OkStatus()},
      {Answer("denied"), Error(ErrorReason::kGuardrailRejected, "no")},
      {Answer("gone"), absl::CancelledError("")},
      {v1::ChatResponse(), absl::OkStatus()},
      {refused, absl::OkStatus()},
  };
  for (const auto& [response, end] : firsts) {
    EXPECT_EQ(Ask(response, end).cache, v1::CACHE_STATUS_MISS);
    EXPECT_EQ(Ask("full").cache, v1::CACHE_STATUS_MISS)
        << response.ShortDebugString();
    Use(ResponseCacheSettings());
  }
}

TEST_F(ResponseCacheTest, KeepsNothingOfWhichAWarningTells) {
  route_.add_warnings("an event that could not be read was left out");
  Ask("gap");
  route_.Clear();
  EXPECT_EQ(Ask("full").cache, v1::CACHE_STATUS_MISS);
}

TEST_F(ResponseCacheTest, AnswersNotAsAnotherConfigurationDid) {
  route_.set_config_revision("one");
  Ask("old");
  route_.set_config_revision("two");
  EXPECT_EQ(Ask("new").cache, v1::CACHE_STATUS_MISS);
}

TEST_F(ResponseCacheTest, LetsCallsOfToolsCount) {
  Ask(Answer("calls", v1::FINISH_REASON_TOOL_CALLS));
  EXPECT_EQ(Ask("").text, "calls");
}

TEST_F(ResponseCacheTest, DoesNotCacheVectors) {
  v1::EmbedRequest embed;
  embed_ = &embed;
  EXPECT_EQ(Ask("one").cache, v1::CACHE_STATUS_BYPASS);
  EXPECT_EQ(Ask("one").cache, v1::CACHE_STATUS_BYPASS);
}

// One that asks, and others that ask for the same meanwhile.
class ResponseCacheWaitTest : public ResponseCacheTest {
 protected:
  struct Waiting {
    explicit Waiting(const Env& env)
        : scope(env.clock->Now() + absl::Hours(1)) {}
    v1::RoutingOptions options;
    v1::RouteInfo route;
    Scope scope;
    std::unique_ptr<PluginState> state;
    std::optional<PluginRequest> request;
    std::optional<Looked> looked;
  };

  Waiting& Begin() {
    Waiting& one = *waiting_.emplace_back(std::make_unique<Waiting>(env_));
    one.request.emplace(PluginRequest{.chat = chat_,
                                      .options = one.options,
                                      .route = one.route,
                                      .env = env_,
                                      .scope = one.scope,
                                      .state = one.state});
    const auto run = [](ResponseCache& cache, Waiting& one) -> Task<void> {
      one.looked = Read(co_await cache.BeforeRequest(*one.request));
    };
    loop_.Spawn(run(*cache_, one));
    loop_.RunUntilIdle();
    return one;
  }

  void End(Waiting& one, std::optional<v1::ChatResponse> response) {
    if (response.has_value()) {
      one.state->OnAnswer(*response, one.route);
      one.state->OnEnd(absl::OkStatus());
    }
    one.state.reset();
    loop_.RunUntilIdle();
  }

  std::vector<std::unique_ptr<Waiting>> waiting_;
};

TEST_F(ResponseCacheWaitTest, LetsTheFirstAskForAll) {
  Waiting& first = Begin();
  Waiting& second = Begin();
  Waiting& third = Begin();
  ASSERT_TRUE(first.looked.has_value());
  EXPECT_EQ(first.looked->cache, v1::CACHE_STATUS_MISS);
  EXPECT_FALSE(second.looked.has_value());
  End(first, Answer("one"));
  for (const Waiting* each : {&second, &third}) {
    ASSERT_TRUE(each->looked.has_value());
    EXPECT_EQ(each->looked->text, "one");
  }
}

TEST_F(ResponseCacheWaitTest, LetsAllAskWhereNothingIsKept) {
  for (const std::optional<v1::ChatResponse>& response :
       {std::optional<v1::ChatResponse>(),
        std::optional(Answer("cut", v1::FINISH_REASON_LENGTH))}) {
    Waiting& first = Begin();
    Waiting& second = Begin();
    Waiting& third = Begin();
    End(first, response);
    for (const Waiting* each : {&second, &third}) {
      ASSERT_TRUE(each->looked.has_value());
      EXPECT_EQ(each->looked->cache, v1::CACHE_STATUS_MISS);
    }
    waiting_.clear();
  }
}

TEST_F(ResponseCacheWaitTest, LetsOneThatStandsTwiceNotWaitForItself) {
  Waiting& first = Begin();
  EXPECT_EQ(Read(RunToEnd(loop_, cache_->BeforeRequest(*first.request))).cache,
            v1::CACHE_STATUS_MISS);
}

TEST_F(ResponseCacheWaitTest, AsksByItselfIfItTakesTooLong) {
  Waiting& first = Begin();
  Waiting& second = Begin();
  timers_.Advance(absl::Seconds(29));
  EXPECT_FALSE(second.looked.has_value());
  timers_.Advance(absl::Seconds(2));
  ASSERT_TRUE(second.looked.has_value());
  EXPECT_EQ(second.looked->cache, v1::CACHE_STATUS_MISS);
  // Its answer is kept all the same.
  End(second, Answer("two"));
  EXPECT_EQ(Ask("").text, "two");
  End(first, std::nullopt);
}

TEST_F(ResponseCacheWaitTest, WaitsNoLongerThanItsStageMay) {
  Begin();
  Waiting& second = *waiting_.emplace_back(std::make_unique<Waiting>(env_));
  Scope stage(second.scope, timers_.Now() + absl::Seconds(2));
  PluginRequest request{.chat = chat_,
                        .options = second.options,
                        .route = second.route,
                        .env = env_,
                        .scope = stage,
                        .state = second.state};
  EXPECT_EQ(
      Read(RunToEnd(loop_, timers_, cache_->BeforeRequest(request))).cache,
      v1::CACHE_STATUS_MISS);
  EXPECT_FALSE(stage.cancelled());
}

TEST_F(ResponseCacheWaitTest, LeavesWhenItsCallerHasGone) {
  Begin();
  Waiting& second = Begin();
  second.scope.Cancel(absl::CancelledError(""));
  loop_.RunUntilIdle();
  EXPECT_TRUE(second.looked.has_value());
}

TEST(ResponseCacheSettingsTest, RefusesWhatWouldKeepNothing) {
  ResponseCacheSettings settings;
  settings.set_max_age(0);
  settings.set_max_entries(-1);
  settings.set_max_bytes(0);
  settings.set_tokens_per_second(0);
  settings.add_metadata_keys("");
  std::vector<std::string> fields;
  for (const FieldViolation& fault :
       GetViolations(ResponseCache::Create(settings).status())) {
    fields.push_back(fault.field);
  }
  EXPECT_THAT(fields,
              testing::ElementsAre("max_age", "max_entries", "max_bytes",
                                   "tokens_per_second", "metadata_keys[0]"));
  EXPECT_THAT(ResponseCache::Create(ResponseCacheSettings()), IsOk());
}

// Gateways that share a Redis, on one loop.
class ResponseCacheRedisTest : public testing::Test {
 protected:
  // Of real time, for a machine that has much else to do; nobody waits for it.
  static constexpr absl::Duration kPatience = absl::Seconds(30);

  ResponseCacheRedisTest() : loop_(*EventLoop::Create({})) {
    settings_.set_backend(config::v1::STORE_BACKEND_REDIS);
    settings_.mutable_redis()->set_address(redis_.address());
    settings_.mutable_redis()->mutable_timeout()->set_seconds(1);
    settings_.set_max_age(100);
  }
  ~ResponseCacheRedisTest() override { EndLoop(); }

  std::unique_ptr<Plugin> NewGateway() {
    absl::StatusOr<std::unique_ptr<Plugin>> plugin =
        ResponseCache::Create(settings_);
    EXPECT_THAT(plugin, IsOk());
    return *std::move(plugin);
  }

  // A request for `text` that, if the cache had nothing, gets `response`.
  Looked Ask(Plugin& gateway, const std::string& text,
             const v1::ChatResponse& response) {
    v1::ChatRequest chat;
    chat.set_model("m1");
    chat.add_messages()->set_content(text);
    const v1::RoutingOptions options;
    const v1::RouteInfo route;
    Scope scope(absl::InfiniteFuture());
    std::unique_ptr<PluginState> state;
    const Env env = loop_->env();
    PluginRequest request{.chat = chat,
                          .options = options,
                          .route = route,
                          .env = env,
                          .scope = scope,
                          .state = state};
    std::optional<Looked> looked;
    loop_->Spawn(Store(gateway, request, &looked));
    EXPECT_TRUE(loop_->RunUntil([&] { return looked.has_value(); }, kPatience));
    if (looked->text.empty()) {
      state->OnAnswer(response, route);
      state->OnEnd(absl::OkStatus());
    }
    EndLoop();
    return *looked;
  }

  static Task<void> Store(Plugin& gateway, PluginRequest& request,
                          std::optional<Looked>* looked) {
    looked->emplace(Read(co_await gateway.BeforeRequest(request)));
  }
  void EndLoop() {
    EXPECT_TRUE(
        loop_->RunUntil([&] { return loop_->roots() == 0; }, kPatience));
  }

  RedisServer redis_;
  std::unique_ptr<EventLoop> loop_;
  ResponseCacheSettings settings_;
};

TEST_F(ResponseCacheRedisTest, AnswersWhatAnotherGatewayWasAsked) {
  const auto first = NewGateway();
  EXPECT_EQ(Ask(*first, "q", Answer("one")).cache, v1::CACHE_STATUS_MISS);
  EXPECT_EQ(Ask(*first, "q", Answer("two")).text, "one");
  const auto second = NewGateway();
  EXPECT_EQ(Ask(*second, "q", Answer("two")).text, "one");
  EXPECT_EQ(Ask(*second, "other", Answer("two")).cache, v1::CACHE_STATUS_MISS);
  // Redis drops it at its age.
  const std::string keys = redis_.Ask({"KEYS", "*"});
  const std::string key = keys.substr(0, keys.find('\n'));
  EXPECT_TRUE(key.starts_with("aigateway:answer:")) << keys;
  const int ttl = std::stoi(redis_.Ask({"TTL", key}));
  EXPECT_GT(ttl, 50);
  EXPECT_LE(ttl, 100);
}

TEST_F(ResponseCacheRedisTest, KeepsNothingThatIsTooLong) {
  settings_.set_max_entry_bytes(1000);
  const auto gateway = NewGateway();
  EXPECT_EQ(Ask(*gateway, "q", Answer(std::string(2000, 'x'))).text, "");
  EXPECT_EQ(redis_.Ask({"DBSIZE"}), "0");
  EXPECT_EQ(Ask(*gateway, "q", Answer("short")).cache, v1::CACHE_STATUS_MISS);
  EXPECT_EQ(Ask(*gateway, "q", Answer("")).text, "short");
}

TEST_F(ResponseCacheRedisTest, PassesOverWhatIsNoAnswer) {
  const auto gateway = NewGateway();
  Ask(*gateway, "q", Answer("one"));
  ASSERT_EQ(Ask(*gateway, "q", Answer("")).text, "one");
  const std::string keys = redis_.Ask({"KEYS", "*"});
  const std::string key = keys.substr(0, keys.find('\n'));
  v1::ChatResponse cut = Answer("cut", v1::FINISH_REASON_LENGTH);
  cut.clear_usage();
  for (const std::string& value :
       {std::string("no answer"), std::string(), cut.SerializeAsString(),
        Answer("billed").SerializeAsString()}) {
    redis_.Ask({"SET", key, value});
    EXPECT_EQ(Ask(*gateway, "q", v1::ChatResponse()).cache,
              v1::CACHE_STATUS_MISS);
  }
}

TEST_F(ResponseCacheRedisTest, FindsNothingWhileRedisIsAway) {
  const auto gateway = NewGateway();
  Ask(*gateway, "q", Answer("one"));
  redis_.Kill();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Ask(*gateway, "q", Answer("two")).cache, v1::CACHE_STATUS_MISS);
  }
  redis_.Start();
  // It comes back, with nothing in it, and keeps what is asked then.
  const absl::Time end = loop_->env().timers->Now() + kPatience;
  std::string text;
  while (text.empty() && loop_->env().timers->Now() < end) {
    text = Ask(*gateway, "q", Answer("three")).text;
  }
  EXPECT_EQ(text, "three");
}

TEST_F(ResponseCacheRedisTest, SaysWhichBoundsAreOfMemory) {
  settings_.set_max_entries(10);
  settings_.set_max_bytes(10);
  settings_.set_max_entry_bytes((int64_t{16} << 20) + 1);
  EXPECT_EQ(GetViolations(ResponseCache::Create(settings_).status()).size(),
            3u);
  ResponseCacheSettings in_memory;
  in_memory.set_max_entry_bytes(10);
  EXPECT_EQ(GetViolations(ResponseCache::Create(in_memory).status()).size(),
            1u);
}

}  // namespace
}  // namespace aigateway

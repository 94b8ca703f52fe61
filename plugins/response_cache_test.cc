#include "plugins/response_cache.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/fakes/plugin_fixture.h"
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

}  // namespace
}  // namespace aigateway

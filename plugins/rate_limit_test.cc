#include "plugins/rate_limit.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "aigateway/v1/route.pb.h"
#include "gateway/base/errors.h"
#include "gateway/base/registry.h"
#include "gateway/base/scope.h"
#include "plugins/memory_limit_counter.h"
#include "tests/fakes/fake_timers.h"
#include "tests/fakes/plugin_fixture.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using config::v1::RateLimitSettings;
using testing::ElementsAre;
using testing::Eq;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Optional;

RateLimitSettings SettingsOf(const std::string& text) {
  RateLimitSettings settings;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &settings));
  return settings;
}

std::unique_ptr<Plugin> Make(const std::string& settings) {
  absl::StatusOr<std::unique_ptr<Plugin>> plugin =
      RateLimit::Create(SettingsOf(settings));
  EXPECT_THAT(plugin, IsOk());
  return *std::move(plugin);
}

// The parameter: whether the answer is to be a stream.
class RateLimitTest : public PluginFixture,
                      public testing::WithParamInterface<bool> {
 protected:
  RateLimitTest() { stream_ = GetParam(); }
  // What the plugin keeps of a request goes before the plugin.
  ~RateLimitTest() override { NextRequest(); }

  void Use(const std::string& settings) { plugin_ = Make(settings); }

  // The next request, and what the plugin says to it.
  std::optional<Deny> Ask() {
    NextRequest();
    return DenialOf(Before(*plugin_));
  }
  bool Passes() { return !Ask().has_value(); }

  // A request that asks for up to `max_output_tokens`.
  std::optional<Deny> AskForTokens(int32_t max_output_tokens) {
    NextRequest();
    chat_.set_max_output_tokens(max_output_tokens);
    return DenialOf(Before(*plugin_));
  }

  // A target answered.
  void Answer() {
    route_.add_attempts()->set_outcome(v1::ATTEMPT_OUTCOME_SUCCEEDED);
  }
  // And the stage after the request sees so many tokens; none: unknown.
  void EndWith(std::optional<int64_t> tokens) {
    v1::ChatResponse response;
    if (tokens.has_value()) {
      response.mutable_usage()->set_total_tokens(*tokens);
    }
    EXPECT_FALSE(DenialOf(After(*plugin_, response)).has_value());
  }

  std::unique_ptr<Plugin> plugin_;

  // What the fixture's prompt is reckoned with: "Hello".
  static constexpr int32_t kPrompt = 9;
};

TEST_P(RateLimitTest, LetsABurstByAndThenTheRate) {
  Use("requests_per_second: 10 burst: 3");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Passes());
  const std::optional<Deny> denial = Ask();
  ASSERT_TRUE(denial.has_value());
  EXPECT_EQ(denial->reason, ErrorReason::kRateLimited);
  EXPECT_THAT(denial->retry_after, Optional(Eq(absl::Milliseconds(100))));
  EXPECT_EQ(denial->message,
            "limit 'requests_per_second' (10 requests a second) is used up; "
            "try again in 100ms");
  ASSERT_EQ(denial->quotas.size(), 1u);
  EXPECT_EQ(denial->quotas[0].subject, "requests_per_second");
  EXPECT_EQ(denial->quotas[0].description, "10 requests a second");
  timers_.Advance(absl::Milliseconds(100) - absl::Nanoseconds(1));
  EXPECT_FALSE(Passes());
  timers_.Advance(absl::Nanoseconds(1));
  EXPECT_TRUE(Passes());
}

TEST_P(RateLimitTest, CountsKeysAndUsersApart) {
  Use("key_rpm: 2 user_rpm: 3");
  caller_ = "a";
  EXPECT_TRUE(Passes());
  EXPECT_TRUE(Passes());
  EXPECT_THAT(Ask()->retry_after, Optional(Eq(absl::Seconds(30))));
  caller_ = "b";
  EXPECT_TRUE(Passes());
  caller_ = "";
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(Passes());
  const auto user_passes = [&](const char* user) {
    NextRequest();
    chat_.set_user(user);
    return !DenialOf(Before(*plugin_)).has_value();
  };
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(user_passes("u"));
  EXPECT_FALSE(user_passes("u"));
  EXPECT_TRUE(user_passes("v"));
}

TEST_P(RateLimitTest, NeverRepeatsTheCallersText) {
  Use("user_rpm: 1");
  for (int i = 0; i < 2; ++i) {
    NextRequest();
    chat_.set_user("private");
    const std::optional<Deny> denial = DenialOf(Before(*plugin_));
    if (i == 0) continue;
    ASSERT_TRUE(denial.has_value());
    EXPECT_THAT(denial->message, Not(HasSubstr("private")));
    EXPECT_THAT(denial->quotas[0].subject, Not(HasSubstr("private")));
  }
}

TEST_P(RateLimitTest, NamesAllLimitsThatWereMet) {
  Use("limits { name: 'a' requests { per_second: 1 } }"
      "limits { name: 'b' requests { per_day: 1 } }");
  EXPECT_TRUE(Passes());
  timers_.Advance(absl::Milliseconds(500));
  const std::optional<Deny> denial = Ask();
  ASSERT_TRUE(denial.has_value());
  EXPECT_THAT(denial->retry_after,
              Optional(Eq(absl::Hours(24) - absl::Milliseconds(500))));
  ASSERT_EQ(denial->quotas.size(), 2u);
  EXPECT_EQ(denial->quotas[0].subject, "b");
  EXPECT_EQ(denial->quotas[1].subject, "a");
}

TEST_P(RateLimitTest, ReservesTokensAndSettlesThemWithWhatWasUsed) {
  Use("limits { tokens { per_minute: 1000 } }");
  EXPECT_FALSE(AskForTokens(1000 - kPrompt).has_value());
  EXPECT_EQ(chat_.max_output_tokens(), 1000 - kPrompt);
  Answer();
  EndWith(400);
  EXPECT_FALSE(AskForTokens(600 - kPrompt).has_value());
  Answer();
  EndWith(100);
  timers_.Advance(absl::Seconds(20));
  // Settled for more than it reserved.
  EXPECT_FALSE(AskForTokens(10).has_value());
  Answer();
  EndWith(500);
  const std::optional<Deny> denial = AskForTokens(10);
  ASSERT_TRUE(denial.has_value());
  EXPECT_THAT(denial->retry_after, Optional(Eq(absl::Seconds(40))));
  timers_.Advance(absl::Seconds(40));
  EXPECT_TRUE(AskForTokens(501).has_value());
  EXPECT_FALSE(AskForTokens(500 - kPrompt).has_value());
}

TEST_P(RateLimitTest, CountsAllChoices) {
  Use("limits { tokens { per_minute: 1000 } }");
  chat_.set_max_output_tokens(400);
  chat_.set_n(3);
  EXPECT_TRUE(DenialOf(Before(*plugin_)).has_value());
  chat_.set_n(2);
  EXPECT_FALSE(DenialOf(Before(*plugin_)).has_value());
}

TEST_P(RateLimitTest, HoldsARequestThatStatesNoLimitToTheConfiguredOne) {
  Use("limits { tokens { per_minute: 1000 } } default_max_output_tokens: 300");
  EXPECT_TRUE(Passes());
  EXPECT_EQ(chat_.max_output_tokens(), 300);
  Answer();
  EndWith(std::nullopt);
  // Usage that nobody told counts as reserved.
  EXPECT_TRUE(AskForTokens(1000 - 2 * kPrompt - 300 + 1).has_value());
  EXPECT_FALSE(AskForTokens(1000 - 2 * kPrompt - 300).has_value());
}

TEST_P(RateLimitTest, LeavesRoomForTheThoughtsThatWereAskedFor) {
  Use("limits { tokens { per_minute: 20000 } } default_max_output_tokens: 300");
  chat_.mutable_reasoning()->set_budget_tokens(8000);
  EXPECT_FALSE(DenialOf(Before(*plugin_)).has_value());
  EXPECT_EQ(chat_.max_output_tokens(), 8300);
}

TEST_P(RateLimitTest, GivesNobodyALimitWhereTokensAreNotCounted) {
  Use("requests_per_second: 10");
  EXPECT_TRUE(Passes());
  EXPECT_FALSE(chat_.has_max_output_tokens());
}

TEST_P(RateLimitTest, GivesBackWhatAFailedOrCancelledCallHeld) {
  Use("limits { tokens { per_minute: 100 } concurrent: 1 }");
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(AskForTokens(100 - kPrompt).has_value());
    route_.add_attempts()->set_outcome(i == 0 ? v1::ATTEMPT_OUTCOME_FAILED
                                              : v1::ATTEMPT_OUTCOME_CANCELLED);
    // Without the stage after the request: it never comes.
  }
}

TEST_P(RateLimitTest, CountsAStreamAsReservedThatWasLeftOnceItSpoke) {
  Use("limits { tokens { per_minute: 100 } }");
  EXPECT_FALSE(AskForTokens(50).has_value());
  route_.add_attempts()->set_outcome(v1::ATTEMPT_OUTCOME_CANCELLED);
  route_.mutable_time_to_first_token()->set_nanos(1000000);
  EXPECT_TRUE(AskForTokens(50).has_value());
}

TEST_P(RateLimitTest, CountsAnAnswerAsReservedWithoutTheStageAfterIt) {
  Use("limits { tokens { per_minute: 100 } }");
  EXPECT_FALSE(AskForTokens(50).has_value());
  Answer();
  const std::optional<Deny> denial = AskForTokens(50);
  ASSERT_TRUE(denial.has_value());
  EXPECT_THAT(denial->retry_after, Optional(Eq(absl::Minutes(1))));
}

TEST_P(RateLimitTest, CountsNoTokensOfAnAnswerThatNoTargetGave) {
  Use("limits { tokens { per_minute: 100 } }");
  EXPECT_FALSE(AskForTokens(100 - kPrompt).has_value());
  EndWith(80);
  EXPECT_FALSE(AskForTokens(100 - kPrompt).has_value());
}

TEST_P(RateLimitTest, SaysThatSomeRequestsNeverFit) {
  Use("limits { name: 'small' tokens { per_minute: 100 } }");
  const std::optional<Deny> denial = AskForTokens(1000);
  ASSERT_TRUE(denial.has_value());
  EXPECT_EQ(denial->reason, ErrorReason::kRateLimited);
  EXPECT_EQ(denial->retry_after, std::nullopt);
  EXPECT_EQ(denial->message,
            "limit 'small' (100 tokens a minute) never has room for the 1009 "
            "tokens that this request may take; ask for fewer");
}

TEST_P(RateLimitTest, BoundsHowManyAreUnderWay) {
  Use("limits { name: 'few' by: 'user' concurrent: 1 }");
  EXPECT_TRUE(Passes());
  // A second beside it, in a fixture of its own.
  std::unique_ptr<PluginState> state;
  Scope scope;
  PluginRequest beside{.chat = chat_,
                       .options = options_,
                       .route = route_,
                       .stream = stream_,
                       .embed = nullptr,
                       .caller = "",
                       .env = env_,
                       .scope = scope,
                       .state = state};
  const std::optional<Deny> denial =
      DenialOf(RunToEnd(loop_, plugin_->BeforeRequest(beside)));
  ASSERT_TRUE(denial.has_value());
  EXPECT_EQ(denial->reason, ErrorReason::kRateLimited);
  EXPECT_EQ(denial->retry_after, std::nullopt);
  EXPECT_EQ(denial->message,
            "limit 'few' (1 requests at once for each user) is used up by "
            "requests that are under way");
  NextRequest();
  EXPECT_FALSE(
      DenialOf(RunToEnd(loop_, plugin_->BeforeRequest(beside))).has_value());
}

TEST_P(RateLimitTest, CountsTheInputsOfEmbed) {
  Use("limits { tokens { per_minute: 25 } requests { per_minute: 3 } }");
  v1::EmbedRequest embed;
  embed.add_input(std::string(60, 'x'));
  embed_ = &embed;
  EXPECT_TRUE(Passes());
  EXPECT_FALSE(chat_.has_max_output_tokens());
  Answer();
  EndWith(15);
  embed.set_input(0, std::string(30, 'x'));
  EXPECT_TRUE(Passes());
  Answer();
  EndWith(10);
  EXPECT_FALSE(Passes());
}

INSTANTIATE_TEST_SUITE_P(Methods, RateLimitTest, testing::Bool());

TEST(RateLimitSettingsTest, ReportsAllFaultsAtOnce) {
  const absl::Status status =
      RateLimit::Create(SettingsOf("requests_per_second: 0 key_rpm: -1 "
                                   "limits { concurrent: 0 } max_keys: 0 "
                                   "default_max_output_tokens: 0"))
          .status();
  EXPECT_THAT(status, HasReason(ErrorReason::kInvalidConfig));
  EXPECT_EQ(GetViolations(status).size(), 5u);
}

TEST(RateLimitSettingsTest, WantsADefaultThatLeavesRoomForAPrompt) {
  for (const char* settings :
       {"default_max_output_tokens: 10",
        "limits { tokens { per_day: 10 } } default_max_output_tokens: 10"}) {
    const absl::Status status =
        RateLimit::Create(SettingsOf(settings)).status();
    ASSERT_EQ(GetViolations(status).size(), 1u) << settings;
    EXPECT_EQ(GetViolations(status)[0].field, "default_max_output_tokens");
  }
}

class RateLimitDefaultTest : public PluginFixture {};

TEST_F(RateLimitDefaultTest, IsHalfOfASmallLimit) {
  for (const auto& [settings, expected] :
       std::vector<std::pair<std::string, int32_t>>{
           {"limits { tokens { per_minute: 100 } }", 50},
           {"limits { tokens { per_minute: 100000 } }", 1024}}) {
    const std::unique_ptr<Plugin> plugin = Make(settings);
    NextRequest();
    EXPECT_FALSE(DenialOf(Before(*plugin)).has_value());
    EXPECT_EQ(chat_.max_output_tokens(), expected);
    NextRequest();  // What the plugin keeps of it goes before the plugin.
  }
}

// A counter whose store may be away.
class FailingCounter final : public LimitCounter {
 public:
  explicit FailingCounter(const absl::Status* status) : status_(*status) {}
  Task<absl::StatusOr<Outcome>> Take(const Env&, Scope&,
                                     const LimitUse&) override {
    if (!status_.ok()) co_return status_;
    co_return Outcome(std::unique_ptr<LimitHold>());
  }

 private:
  const absl::Status& status_;
};

class RateLimitAwayTest : public PluginFixture {
 protected:
  RateLimitAwayTest() {
    rules_ = ReadLimitRules(
        SettingsOf("limits { name: 'few' requests { per_minute: 2 } }"),
        faults_);
  }
  void Use(config::v1::OnUnavailable then) {
    std::unique_ptr<LimitCounter> local;
    if (then == config::v1::ON_UNAVAILABLE_LOCAL) {
      local = std::make_unique<MemoryLimitCounter>(rules_, 16);
    }
    plugin_ = std::make_unique<RateLimit>(
        rules_, std::make_unique<FailingCounter>(&status_),
        RateLimit::Fallback{.then = then, .local = std::move(local)}, 1);
  }
  std::optional<Deny> Ask() {
    NextRequest();
    return DenialOf(Before(*plugin_));
  }

  std::vector<FieldViolation> faults_;
  std::vector<LimitRule> rules_;
  absl::Status status_ = absl::UnavailableError("Redis is away");
  std::unique_ptr<Plugin> plugin_;
};

TEST_F(RateLimitAwayTest, CountsByItselfWhereItIsToldTo) {
  Use(config::v1::ON_UNAVAILABLE_LOCAL);
  EXPECT_FALSE(Ask().has_value());
  EXPECT_FALSE(Ask().has_value());
  const std::optional<Deny> denial = Ask();
  ASSERT_TRUE(denial.has_value());
  EXPECT_EQ(denial->quotas[0].subject, "few");
  status_ = absl::OkStatus();
  EXPECT_FALSE(Ask().has_value());
}

TEST_F(RateLimitAwayTest, LetsAllByWhereItIsToldTo) {
  Use(config::v1::ON_UNAVAILABLE_ALLOW);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(Ask().has_value());
}

TEST_F(RateLimitAwayTest, RefusesWhereItIsToldTo) {
  Use(config::v1::ON_UNAVAILABLE_DENY);
  const std::optional<Deny> denial = Ask();
  ASSERT_TRUE(denial.has_value());
  EXPECT_EQ(denial->reason, ErrorReason::kRateLimited);
  EXPECT_THAT(denial->retry_after, Optional(Eq(absl::Seconds(1))));
}

TEST_F(RateLimitAwayTest, TellsTheLogOnceThatItIsAwayAndOnceThatItIsBack) {
  const auto lines = [this](const char* words) {
    int count = 0;
    for (size_t at = logged_.find(words); at != std::string::npos;
         at = logged_.find(words, at + 1)) {
      ++count;
    }
    return count;
  };
  Use(config::v1::ON_UNAVAILABLE_ALLOW);
  for (int i = 0; i < 3; ++i) Ask();
  EXPECT_EQ(lines("limits cannot be looked up"), 1) << logged_;
  EXPECT_EQ(lines("Redis is away"), 1);
  status_ = absl::OkStatus();
  for (int i = 0; i < 3; ++i) Ask();
  EXPECT_EQ(lines("limits can be looked up again"), 1) << logged_;
}

TEST(RateLimitStagesTest, KeepsAnswersWholeOnlyWhereTokensAreLimited) {
  const PluginKind* kind = Registry<PluginKind>::Global().Find("rate-limit");
  ASSERT_NE(kind, nullptr);
  EXPECT_THAT(kind->default_stages, ElementsAre(Stage::kBeforeRequest));
  EXPECT_THAT(kind->more_stages(SettingsOf("key_rpm: 10")), IsEmpty());
  EXPECT_THAT(kind->more_stages(SettingsOf("limits { concurrent: 1 }")),
              IsEmpty());
  EXPECT_THAT(
      kind->more_stages(SettingsOf("limits { tokens { per_day: 100 } }")),
      ElementsAre(Stage::kAfterRequest));
}

TEST(RateLimitSettingsTest, SaysWhatBelongsToRedis) {
  for (const auto& [settings, field] :
       std::vector<std::pair<std::string, std::string>>{
           {"backend: STORE_BACKEND_REDIS", "redis.address"},
           {"redis { address: 'redis' }", "redis"},
           {"on_unavailable: ON_UNAVAILABLE_DENY", "on_unavailable"}}) {
    const absl::Status status =
        RateLimit::Create(SettingsOf(settings)).status();
    ASSERT_EQ(GetViolations(status).size(), 1u) << settings;
    EXPECT_EQ(GetViolations(status)[0].field, field);
  }
  EXPECT_THAT(RateLimit::Create(SettingsOf("backend: STORE_BACKEND_REDIS "
                                           "redis { address: 'redis' }")),
              IsOk());
}

}  // namespace
}  // namespace aigateway

#include "plugins/limit_rule.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "gateway/base/errors.h"
#include "tests/fakes/plugin_fixture.h"

namespace aigateway {
namespace {

using config::v1::RateLimitSettings;
using testing::ElementsAre;

std::vector<LimitRule> Read(const std::string& text,
                            std::vector<FieldViolation>* faults) {
  RateLimitSettings settings;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &settings));
  return ReadLimitRules(settings, *faults);
}

std::vector<LimitRule> Read(const std::string& text) {
  std::vector<FieldViolation> faults;
  std::vector<LimitRule> rules = Read(text, &faults);
  EXPECT_TRUE(faults.empty()) << faults[0].field << faults[0].description;
  return rules;
}

std::vector<std::string> FaultyFields(const std::string& text) {
  std::vector<FieldViolation> faults;
  Read(text, &faults);
  std::vector<std::string> fields;
  for (const FieldViolation& fault : faults) fields.push_back(fault.field);
  return fields;
}

std::vector<std::string> NamesOf(const std::vector<LimitRule>& rules) {
  std::vector<std::string> names;
  for (const LimitRule& rule : rules) names.push_back(rule.name);
  return names;
}

TEST(ReadLimitRulesTest, HasTheOriginalsDefault) {
  const std::vector<LimitRule> rules = Read("");
  ASSERT_EQ(rules.size(), 1u);
  EXPECT_EQ(rules[0].words, "100 requests a second");
  EXPECT_EQ(rules[0].by, LimitRule::By::kAll);
  RequestBucket bucket;
  const absl::Time now = absl::FromUnixSeconds(1700000000);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(bucket.WaitFor(*rules[0].bucket, now), absl::ZeroDuration());
    bucket.Add(*rules[0].bucket, now);
  }
  EXPECT_EQ(bucket.WaitFor(*rules[0].bucket, now), absl::Milliseconds(10));
}

TEST(ReadLimitRulesTest, ReadsTheOriginalsKeys) {
  const std::vector<LimitRule> rules =
      Read("requests_per_second: 0.5 burst: 3 key_rpm: 60 user_rpm: 6.5");
  EXPECT_THAT(NamesOf(rules),
              ElementsAre("requests_per_second", "key_rpm", "user_rpm"));
  EXPECT_EQ(rules[0].words, "0.5 requests a second");
  EXPECT_EQ(rules[1].words, "60 requests a minute for each key");
  EXPECT_EQ(rules[1].by, LimitRule::By::kKey);
  EXPECT_EQ(rules[2].words, "6.5 requests a minute for each user");
  EXPECT_EQ(rules[2].by, LimitRule::By::kUser);
  // Beside them the default holds on.
  EXPECT_THAT(NamesOf(Read("key_rpm: 60")),
              ElementsAre("requests_per_second", "key_rpm"));
}

TEST(ReadLimitRulesTest, ReadsLimitsOfOurOwn) {
  const std::vector<LimitRule> rules = Read(R"pb(
    limits {
      name: "teams"
      by: "metadata.team"
      requests { per_second: 2 per_minute: 60 per_day: 1000 burst: 1 }
      tokens { per_minute: 500 per_day: 400 }
      concurrent: 4
    }
    limits { tokens { per_second: 9 } }
  )pb");
  EXPECT_THAT(NamesOf(rules), ElementsAre("teams", "limits[1]"));
  EXPECT_EQ(rules[0].words,
            "2 requests a second, 60 requests a minute, 1000 requests a day, "
            "500 tokens a minute, 400 tokens a day, 4 requests at once for "
            "each metadata.team");
  EXPECT_EQ(rules[0].by, LimitRule::By::kMetadata);
  EXPECT_EQ(rules[0].windows.size(), 5u);
  EXPECT_TRUE(rules[0].bucket.has_value());
  EXPECT_TRUE(rules[0].counts_tokens());
  EXPECT_EQ(rules[0].most_tokens(), 400);
  EXPECT_EQ(rules[0].concurrent, 4);
  EXPECT_EQ(rules[1].by, LimitRule::By::kAll);
  EXPECT_FALSE(rules[1].bucket.has_value());
  EXPECT_EQ(rules[1].concurrent, 0);
}

TEST(ReadLimitRulesTest, RefusesWhatIsNotPositive) {
  for (const char* value : {"0", "-1", "nan", "inf", "1e-7", "2e9"}) {
    EXPECT_THAT(FaultyFields(std::string("requests_per_second: ") + value),
                ElementsAre("requests_per_second"));
    EXPECT_THAT(FaultyFields(std::string("key_rpm: ") + value),
                ElementsAre("key_rpm"));
    EXPECT_THAT(FaultyFields(std::string("user_rpm: ") + value),
                ElementsAre("user_rpm"));
    EXPECT_THAT(FaultyFields(std::string("burst: ") + value),
                ElementsAre("burst"));
  }
  EXPECT_THAT(FaultyFields("requests_per_second: 0 burst: 0.5 key_rpm: 0"),
              ElementsAre("requests_per_second", "burst", "key_rpm"));
  EXPECT_THAT(FaultyFields("limits { requests { per_minute: 0 } }"),
              ElementsAre("limits[0].requests.per_minute"));
  EXPECT_THAT(FaultyFields("limits { tokens { per_day: -1 } concurrent: 0 }"),
              ElementsAre("limits[0].tokens.per_day", "limits[0].concurrent"));
}

TEST(ReadLimitRulesTest, RefusesWhatHasNoMeaning) {
  EXPECT_THAT(FaultyFields("limits { name: 'x' }"), ElementsAre("limits[0]"));
  EXPECT_THAT(FaultyFields("limits { by: 'target' concurrent: 1 }"),
              ElementsAre("limits[0].by"));
  EXPECT_THAT(FaultyFields("limits { by: 'metadata.' concurrent: 1 }"),
              ElementsAre("limits[0].by"));
  EXPECT_THAT(FaultyFields("limits { name: 'x' concurrent: 1 } "
                           "limits { name: 'x' concurrent: 2 }"),
              ElementsAre("limits[1].name"));
  EXPECT_THAT(FaultyFields("limits { requests { burst: 2 } concurrent: 1 }"),
              ElementsAre("limits[0].requests.burst"));
  EXPECT_THAT(FaultyFields("limits { requests { per_minute: 2 burst: 3 } }"),
              ElementsAre("limits[0].requests.burst"));
  EXPECT_THAT(FaultyFields("burst: 2 limits { concurrent: 1 }"),
              ElementsAre("burst"));
}

// Asks a rule about the fixture's request.
class AskingKey final : public Plugin {
 public:
  explicit AskingKey(LimitRule rule) : rule_(std::move(rule)) {}
  Task<absl::StatusOr<Verdict>> BeforeRequest(PluginRequest& request) override {
    const std::optional<absl::string_view> found = rule_.KeyOf(request);
    key = found.has_value() ? std::string(*found) : "(not bound)";
    co_return Verdict(Allow{});
  }
  std::string key;

 private:
  const LimitRule rule_;
};

class LimitKeyTest : public PluginFixture {
 protected:
  std::string KeyBy(const std::string& settings) {
    AskingKey plugin(Read(settings).back());
    EXPECT_TRUE(Before(plugin).ok());
    return plugin.key;
  }
  std::string KeyOfLimitBy(const std::string& by) {
    return KeyBy("limits { concurrent: 1 by: '" + by + "' }");
  }
};

TEST_F(LimitKeyTest, TellsCallersApart) {
  caller_ = "team-a";
  chat_.set_user("u1");
  (*chat_.mutable_metadata())["plan"] = "free";
  EXPECT_EQ(KeyOfLimitBy("all"), "");
  EXPECT_EQ(KeyOfLimitBy("key"), "team-a");
  EXPECT_EQ(KeyOfLimitBy("user"), "u1");
  EXPECT_EQ(KeyOfLimitBy("model"), "m1");
  EXPECT_EQ(KeyOfLimitBy("metadata.plan"), "free");
  EXPECT_EQ(KeyBy("key_rpm: 1"), "team-a");
  EXPECT_EQ(KeyBy("user_rpm: 1"), "u1");
}

TEST_F(LimitKeyTest, CountsThoseWithoutTheFieldAsOneOrNotAtAll) {
  EXPECT_EQ(KeyOfLimitBy("key"), "");
  EXPECT_EQ(KeyOfLimitBy("user"), "");
  EXPECT_EQ(KeyOfLimitBy("metadata.plan"), "");
  // As in the original.
  EXPECT_EQ(KeyBy("key_rpm: 1"), "(not bound)");
  EXPECT_EQ(KeyBy("user_rpm: 1"), "(not bound)");
}

}  // namespace
}  // namespace aigateway

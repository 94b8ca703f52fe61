#include "strategies/condition.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

class ConditionTest : public testing::Test {
 protected:
  // Whether a rule of `key` and `value` fits the request.
  bool Fits(const std::string& key, const std::string& value) {
    RegexList regexes;
    config::v1::ConditionConfig config;
    config.set_key(key);
    config.set_value(value);
    const absl::StatusOr<Condition> condition =
        Condition::Make(config, regexes);
    EXPECT_THAT(condition, IsOk());
    regexes.Compile();
    const RequestView view{
        .chat = chat_, .options = options_, .stream = stream_, .model = model_};
    RequestFacts facts(view, regexes);
    return condition.ok() && condition->Fits(facts);
  }

  v1::ChatRequest chat_;
  v1::RoutingOptions options_;
  bool stream_ = false;
  std::string model_;
};

TEST_F(ConditionTest, ComparesTheModelAsAskedForAndAfterItsAlias) {
  chat_.set_model("fast");
  model_ = "gpt-4o-mini";
  EXPECT_TRUE(Fits("model", "fast"));
  EXPECT_TRUE(Fits("model", "gpt-4o-mini"));
  EXPECT_FALSE(Fits("model", "gpt-4o"));
  EXPECT_TRUE(Fits("model_prefix", "gpt-4o"));
  EXPECT_TRUE(Fits("model_prefix", "fa"));
  EXPECT_FALSE(Fits("model_prefix", "claude-"));
}

TEST_F(ConditionTest, FitsNothingThatIsAbsent) {
  EXPECT_FALSE(Fits("user", ""));
  EXPECT_FALSE(Fits("metadata.team", ""));
  EXPECT_FALSE(Fits("tag", ""));
  chat_.set_user("");
  (*chat_.mutable_metadata())["team"] = "";
  EXPECT_TRUE(Fits("user", ""));
  EXPECT_TRUE(Fits("metadata.team", ""));
}

TEST_F(ConditionTest, LooksAtUserMetadataAndTags) {
  chat_.set_user("alice");
  (*chat_.mutable_metadata())["team.name"] = "blue";
  options_.add_tags("batch");
  options_.add_tags("eu");
  EXPECT_TRUE(Fits("user", "alice"));
  EXPECT_FALSE(Fits("user", "Alice"));
  EXPECT_TRUE(Fits("metadata.team.name", "blue"));
  EXPECT_FALSE(Fits("metadata.team", "blue"));
  EXPECT_TRUE(Fits("tag", "eu"));
  EXPECT_FALSE(Fits("tag", "e"));
}

TEST_F(ConditionTest, TellsStreamsAndTools) {
  EXPECT_TRUE(Fits("stream", "false"));
  EXPECT_TRUE(Fits("has_tools", "false"));
  stream_ = true;
  chat_.add_tools()->set_name("find");
  EXPECT_TRUE(Fits("stream", "true"));
  EXPECT_TRUE(Fits("has_tools", "true"));
  EXPECT_FALSE(Fits("has_tools", "false"));
}

TEST_F(ConditionTest, CountsThePromptsTokensAbout) {
  chat_.add_messages()->set_content(std::string(400, 'a'));
  EXPECT_TRUE(Fits("prompt_tokens_over", "99"));
  EXPECT_FALSE(Fits("prompt_tokens_over", "100"));
}

TEST_F(ConditionTest, SearchesAllOfThePrompt) {
  chat_.add_messages()->set_content("You are terse.");
  chat_.add_messages()->set_content("Write some SQL");
  EXPECT_TRUE(Fits("prompt_regex", "(?i)\\bsql\\b"));
  EXPECT_TRUE(Fits("prompt_regex", "(?m)^Write"));
  EXPECT_FALSE(Fits("prompt_regex", "^Write"));
  EXPECT_FALSE(Fits("prompt_regex", "python"));
}

TEST_F(ConditionTest, RefusesAValueThatIsNoneForTheKey) {
  RegexList regexes;
  config::v1::ConditionConfig config;
  for (const auto& [key, value] : {std::pair{"stream", "yes"},
                                   {"has_tools", ""},
                                   {"prompt_tokens_over", "-1"},
                                   {"prompt_tokens_over", "many"},
                                   {"prompt_regex", "("},
                                   {"colour", "red"}}) {
    config.set_key(key);
    config.set_value(value);
    EXPECT_FALSE(Condition::Make(config, regexes).ok()) << key << " " << value;
  }
}

}  // namespace
}  // namespace aigateway

#include "strategies/conditional.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ConditionalStrategyTest : public testing::Test {
 protected:
  void Use(const std::string& config) {
    config::v1::StrategyConfig parsed;
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(config, &parsed));
    auto strategy = ConditionalStrategy::Create(parsed);
    ASSERT_THAT(strategy, IsOk());
    strategy_ = *std::move(strategy);
  }

  std::vector<std::string> Plan(const std::vector<TargetView>& targets = {
                                    {"a"}, {"b"}, {"c"}}) {
    std::vector<std::string> names;
    choices_ = strategy_->Plan({chat_, options_}, targets, random_);
    for (const Choice& choice : choices_) {
      names.emplace_back(targets[choice.target].name);
    }
    return names;
  }

  std::unique_ptr<Strategy> strategy_;
  std::vector<Choice> choices_;
  v1::ChatRequest chat_;
  v1::RoutingOptions options_;
  Random random_{1};
};

TEST_F(ConditionalStrategyTest, LetsTheFirstRuleThatFitsDecide) {
  Use(R"(conditions { key: "user" value: "alice" target_key: "b" }
         conditions { key: "stream" value: "false" target_key: "c" })");
  EXPECT_THAT(Plan(), ElementsAre("c"));
  EXPECT_EQ(choices_[0].reason, "rule 2: stream fits 'false'");
  EXPECT_EQ(choices_[0].condition, 1);
  chat_.set_user("alice");
  EXPECT_THAT(Plan(), ElementsAre("b"));
}

TEST_F(ConditionalStrategyTest, TriesARulesTargetsInItsOrder) {
  Use(R"(conditions { key: "stream" value: "false"
                      target_keys: ["c", "a"] })");
  EXPECT_THAT(Plan(), ElementsAre("c", "a"));
}

TEST_F(ConditionalStrategyTest, FallsToTheDefaultElseToTheFirst) {
  Use(R"(conditions { key: "user" value: "alice" target_key: "b" })");
  EXPECT_THAT(Plan(), ElementsAre("a"));
  Use(R"(conditions { key: "user" value: "alice" target_key: "b" }
         default: "c")");
  EXPECT_THAT(Plan(), ElementsAre("c"));
}

TEST_F(ConditionalStrategyTest, PassesOverWhatDoesNotServeTheModel) {
  Use(R"(conditions { key: "stream" value: "false"
                      target_keys: ["c", "b"] })");
  EXPECT_THAT(Plan({{"a"}, {"b"}}), ElementsAre("b"));
  EXPECT_THAT(Plan({{"a"}}), IsEmpty());
  EXPECT_THAT(Plan({}), IsEmpty());
}

TEST_F(ConditionalStrategyTest, ReadsThePromptForAllRulesAtOnce) {
  Use(R"(conditions { key: "prompt_regex" value: "python" target_key: "b" }
         conditions { key: "prompt_regex" value: "(?i)sql" target_key: "c" })");
  chat_.add_messages()->set_content("Some SQL, please");
  EXPECT_THAT(Plan(), ElementsAre("c"));
  chat_.mutable_messages(0)->set_content("python or sql");
  EXPECT_THAT(Plan(), ElementsAre("b"));
}

TEST_F(ConditionalStrategyTest, ReportsEveryExpressionThatIsNone) {
  config::v1::StrategyConfig config;
  for (const char* value : {"(", "ok", "["}) {
    config::v1::ConditionConfig& condition = *config.add_conditions();
    condition.set_key("prompt_regex");
    condition.set_value(value);
    condition.set_target_key("a");
  }
  const auto strategy = ConditionalStrategy::Create(config);
  ASSERT_THAT(strategy, HasReason(ErrorReason::kInvalidConfig));
  const std::vector<FieldViolation> faults = GetViolations(strategy.status());
  ASSERT_EQ(faults.size(), 2u);
  EXPECT_EQ(faults[0].field, "conditions[0].value");
  EXPECT_THAT(faults[0].description, HasSubstr("missing )"));
  EXPECT_EQ(faults[1].field, "conditions[2].value");
}

TEST_F(ConditionalStrategyTest, IsRegisteredUnderBothItsModes) {
  EXPECT_NE(Registry<StrategyMode>::Global().Find("conditional"), nullptr);
  EXPECT_NE(Registry<StrategyMode>::Global().Find("content-based"), nullptr);
}

}  // namespace
}  // namespace aigateway

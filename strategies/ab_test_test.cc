#include "strategies/ab_test.h"

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::AnyOf;
using testing::ElementsAre;

constexpr int kUsers = 20000;

class AbTestStrategyTest : public testing::Test {
 protected:
  AbTestStrategyTest() : strategy_(*AbTestStrategy::Create({})) {}

  std::vector<std::string> Plan(const std::vector<TargetView>& targets) {
    choices_ =
        strategy_->Plan({.chat = chat_, .options = options_, .explain = true},
                        targets, random_);
    std::vector<std::string> names;
    for (const Choice& choice : choices_) {
      names.emplace_back(targets[choice.target].name);
    }
    return names;
  }

  // How many users of all begin with a target whose name begins with `letter`.
  double Share(const std::vector<TargetView>& targets, char letter) {
    double count = 0;
    for (int i = 0; i < kUsers; ++i) {
      chat_.set_user("u" + std::to_string(i));
      if (Plan(targets)[0][0] == letter) ++count;
    }
    return count / kUsers;
  }

  std::unique_ptr<Strategy> strategy_;
  std::vector<Choice> choices_;
  v1::ChatRequest chat_;
  v1::RoutingOptions options_;
  Random random_{1};
};

TEST_F(AbTestStrategyTest, ShowsAUserTheSameVariantEachTime) {
  const std::vector<TargetView> targets = {{"a", 1, "old"}, {"b", 1, "new"}};
  chat_.set_user("alice");
  const std::vector<std::string> first = Plan(targets);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(Plan(targets), first);
}

TEST_F(AbTestStrategyTest, SharesUsersOutByTheWeightsOfVariants) {
  // The two of one label weigh together what the third does alone, thrice.
  const double share = Share(
      {{"a1", 2, "old"}, {"a2", 1, "old"}, {"b", 1, "new"}}, /*letter=*/'a');
  EXPECT_NEAR(share, 0.75, 5 * std::sqrt(0.75 * 0.25 / kUsers));
}

TEST_F(AbTestStrategyTest, TriesAVariantsOwnTargetsFirstAndThenTheOthers) {
  for (int i = 0; i < 100; ++i) {
    chat_.set_user("u" + std::to_string(i));
    EXPECT_THAT(
        Plan({{"a1", 1, "old"}, {"b", 1, "new"}, {"a2", 1, "old"}}),
        AnyOf(ElementsAre("a1", "a2", "b"), ElementsAre("b", "a1", "a2")));
  }
}

TEST_F(AbTestStrategyTest, SaysWhichVariantItIs) {
  chat_.set_user("alice");
  Plan({{"a", 1, "old"}, {"b"}});
  EXPECT_THAT(choices_[0].reason,
              AnyOf("variant 'old' of this user", "variant 'b' of this user"));
  EXPECT_THAT(choices_[1].reason,
              AnyOf("variant 'old', if the one before fails",
                    "variant 'b', if the one before fails"));
}

TEST_F(AbTestStrategyTest, DoesNotHangOnTheNamesOfTargets) {
  // A variant moves to another target: its users go with it.
  for (int i = 0; i < 100; ++i) {
    chat_.set_user("u" + std::to_string(i));
    const bool was = Plan({{"a", 1, "old"}, {"b", 1, "new"}})[0] == "b";
    const bool is = Plan({{"a", 1, "old"}, {"c", 1, "new"}})[0] == "c";
    EXPECT_EQ(is, was);
  }
}

TEST_F(AbTestStrategyTest, DrawsForARequestWithoutAUser) {
  double count = 0;
  for (int i = 0; i < kUsers; ++i) {
    if (Plan({{"a", 3, "old"}, {"b", 1, "new"}})[0] == "a") ++count;
  }
  EXPECT_NEAR(count / kUsers, 0.75, 5 * std::sqrt(0.75 * 0.25 / kUsers));
}

TEST_F(AbTestStrategyTest, RefusesAFieldThatThereIsNot) {
  config::v1::StrategyConfig config;
  config.mutable_ab_test()->set_field("model");
  const auto strategy = AbTestStrategy::Create(config);
  ASSERT_THAT(strategy, HasReason(ErrorReason::kInvalidConfig));
  EXPECT_EQ(GetViolations(strategy.status())[0].field, "ab_test.field");
}

TEST_F(AbTestStrategyTest, IsRegisteredUnderItsMode) {
  EXPECT_NE(Registry<StrategyMode>::Global().Find("ab-test"), nullptr);
}

}  // namespace
}  // namespace aigateway

#include "strategies/sticky.h"

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

using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr int kUsers = 20000;

class StickyStrategyTest : public testing::Test {
 protected:
  StickyStrategyTest() { Use(""); }

  void Use(const std::string& field) {
    config::v1::StrategyConfig config;
    if (!field.empty()) config.mutable_sticky()->set_field(field);
    auto strategy = StickyStrategy::Create(config);
    ASSERT_THAT(strategy, IsOk());
    strategy_ = *std::move(strategy);
  }

  std::vector<std::string> Plan(const std::vector<TargetView>& targets) {
    choices_ = strategy_->Plan(
        {.chat = chat_, .options = options_, .key = key_, .explain = true},
        targets, random_);
    std::vector<std::string> names;
    for (const Choice& choice : choices_) {
      names.emplace_back(targets[choice.target].name);
    }
    return names;
  }

  std::unique_ptr<Strategy> strategy_;
  std::vector<Choice> choices_;
  v1::ChatRequest chat_;
  v1::RoutingOptions options_;
  std::string key_;
  Random random_{1};
};

TEST_F(StickyStrategyTest, SendsAUserToTheSameTargetEachTime) {
  const std::vector<TargetView> targets = {{"a"}, {"b"}, {"c"}};
  chat_.set_user("alice");
  const std::vector<std::string> first = Plan(targets);
  EXPECT_THAT(first, UnorderedElementsAre("a", "b", "c"));
  EXPECT_EQ(choices_[0].reason, "where this user always goes");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(Plan(targets), first);
}

TEST_F(StickyStrategyTest, DoesNotHangOnTheOrderOfTheTargets) {
  chat_.set_user("alice");
  EXPECT_EQ(Plan({{"a"}, {"b"}, {"c"}}), Plan({{"c"}, {"a"}, {"b"}}));
}

TEST_F(StickyStrategyTest, SharesUsersOutByWeight) {
  double heavy = 0;
  for (int i = 0; i < kUsers; ++i) {
    chat_.set_user("u" + std::to_string(i));
    if (Plan({{"a", 3}, {"b", 1}})[0] == "a") ++heavy;
  }
  EXPECT_NEAR(heavy / kUsers, 0.75, 5 * std::sqrt(0.75 * 0.25 / kUsers));
}

TEST_F(StickyStrategyTest, MovesOnlyTheUsersOfATargetThatGoes) {
  int moved = 0;
  for (int i = 0; i < kUsers; ++i) {
    chat_.set_user("u" + std::to_string(i));
    const std::vector<std::string> before = Plan({{"a"}, {"b"}, {"c"}, {"d"}});
    const std::vector<std::string> after = Plan({{"a"}, {"c"}, {"d"}});
    if (before[0] == "b") {
      ++moved;
      // To what would have stood in for it.
      EXPECT_EQ(after[0], before[1]);
    } else {
      EXPECT_EQ(after[0], before[0]);
    }
  }
  EXPECT_NEAR(static_cast<double>(moved) / kUsers, 0.25, 0.02);
}

TEST_F(StickyStrategyTest, GoesByTheFieldThatIsChosen) {
  Use("metadata.tenant");
  const std::vector<TargetView> targets = {{"a"}, {"b"}, {"c"}, {"d"}};
  (*chat_.mutable_metadata())["tenant"] = "blue";
  const std::vector<std::string> first = Plan(targets);
  for (const char* user : {"alice", "bob", "carol", "dave"}) {
    chat_.set_user(user);
    EXPECT_EQ(Plan(targets), first);
  }
}

TEST_F(StickyStrategyTest, DrawsForARequestWithoutTheField) {
  double heavy = 0;
  for (int i = 0; i < kUsers; ++i) {
    if (Plan({{"a", 3}, {"b", 1}})[0] == "a") ++heavy;
  }
  EXPECT_NEAR(heavy / kUsers, 0.75, 5 * std::sqrt(0.75 * 0.25 / kUsers));
  EXPECT_THAT(choices_[0].reason, HasSubstr("the request has no user"));
}

TEST_F(StickyStrategyTest, RefusesAFieldThatThereIsNot) {
  config::v1::StrategyConfig config;
  config.mutable_sticky()->set_field("model");
  const auto strategy = StickyStrategy::Create(config);
  ASSERT_THAT(strategy, HasReason(ErrorReason::kInvalidConfig));
  EXPECT_EQ(GetViolations(strategy.status())[0].field, "sticky.field");
}

TEST_F(StickyStrategyTest, HasNoChoiceWithoutTargets) {
  EXPECT_TRUE(Plan({}).empty());
  chat_.set_user("alice");
  EXPECT_TRUE(Plan({}).empty());
}

TEST_F(StickyStrategyTest, IsRegisteredUnderItsMode) {
  EXPECT_NE(Registry<StrategyMode>::Global().Find("sticky"), nullptr);
}

}  // namespace
}  // namespace aigateway

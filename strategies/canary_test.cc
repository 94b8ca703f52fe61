#include "strategies/canary.h"

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int kUsers = 20000;

class CanaryStrategyTest : public testing::Test {
 protected:
  void Use(double share, const std::string& canary = "c") {
    config::v1::StrategyConfig config;
    config.mutable_canary()->set_target(canary);
    config.mutable_canary()->set_share(share);
    auto strategy = CanaryStrategy::Create(config);
    ASSERT_THAT(strategy, IsOk());
    strategy_ = *std::move(strategy);
  }

  std::vector<std::string> Plan(const std::vector<TargetView>& targets = {
                                    {"a"}, {"b"}, {"c"}}) {
    choices_ =
        strategy_->Plan({.chat = chat_, .options = options_, .explain = true},
                        targets, random_);
    std::vector<std::string> names;
    for (const Choice& choice : choices_) {
      names.emplace_back(targets[choice.target].name);
    }
    return names;
  }

  bool Meets(int user) {
    chat_.set_user("u" + std::to_string(user));
    return Plan()[0] == "c";
  }

  std::unique_ptr<Strategy> strategy_;
  std::vector<Choice> choices_;
  v1::ChatRequest chat_;
  v1::RoutingOptions options_;
  Random random_{1};
};

TEST_F(CanaryStrategyTest, PutsTheCanaryFirstForItsShareAndNowhereElse) {
  Use(0.1);
  double count = 0;
  for (int i = 0; i < kUsers; ++i) {
    if (Meets(i)) {
      ++count;
      // Its failure falls back to the stable ones.
      EXPECT_THAT(Plan(), ElementsAre("c", "a", "b"));
    } else {
      EXPECT_THAT(Plan(), ElementsAre("a", "b"));
    }
  }
  EXPECT_NEAR(count / kUsers, 0.1, 5 * std::sqrt(0.1 * 0.9 / kUsers));
}

TEST_F(CanaryStrategyTest, SendsNobodyBackAsTheShareGrows) {
  for (int i = 0; i < 1000; ++i) {
    Use(0.1);
    if (!Meets(i)) continue;
    Use(0.3);
    EXPECT_TRUE(Meets(i));
  }
}

TEST_F(CanaryStrategyTest, TakesNobodyAtZeroAndAllAtOne) {
  for (int i = 0; i < 1000; ++i) {
    Use(0);
    EXPECT_FALSE(Meets(i));
    Use(1);
    EXPECT_TRUE(Meets(i));
  }
}

TEST_F(CanaryStrategyTest, AnotherCanaryMeetsOtherUsersFirst) {
  int both = 0;
  for (int i = 0; i < 1000; ++i) {
    Use(0.5);
    const bool first = Meets(i);
    Use(0.5, "b");
    if (first && Plan()[0] == "b") ++both;
  }
  EXPECT_NEAR(both, 250, 70);
}

TEST_F(CanaryStrategyTest, DrawsForARequestWithoutAUser) {
  Use(0.25);
  double count = 0;
  for (int i = 0; i < kUsers; ++i) {
    if (Plan()[0] == "c") ++count;
  }
  EXPECT_NEAR(count / kUsers, 0.25, 5 * std::sqrt(0.25 * 0.75 / kUsers));
}

TEST_F(CanaryStrategyTest, UsesTheCanaryWhereNoOtherServes) {
  Use(0);
  EXPECT_THAT(Plan({{"c"}}), ElementsAre("c"));
  EXPECT_THAT(choices_[0].reason, HasSubstr("no other target is there"));
}

TEST_F(CanaryStrategyTest, DoesWithoutACanaryThatIsNotThere) {
  Use(1);
  EXPECT_THAT(Plan({{"a"}, {"b"}}), ElementsAre("a", "b"));
  EXPECT_THAT(Plan({}), ElementsAre());
}

TEST_F(CanaryStrategyTest, IsRegisteredUnderItsMode) {
  EXPECT_NE(Registry<StrategyMode>::Global().Find("canary"), nullptr);
}

}  // namespace
}  // namespace aigateway

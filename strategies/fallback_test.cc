#include "strategies/fallback.h"

#include "gtest/gtest.h"

namespace aigateway {
namespace {

class FallbackStrategyTest : public testing::Test {
 protected:
  std::vector<Choice> Plan(const std::vector<TargetView>& targets) {
    return FallbackStrategy().Plan({chat_, options_}, targets, random_);
  }

  v1::ChatRequest chat_;
  v1::RoutingOptions options_;
  Random random_{1};
};

TEST_F(FallbackStrategyTest, TriesEveryTargetInTheOrderOfTheConfig) {
  const std::vector<Choice> plan = Plan({{"a"}, {"b"}, {"c"}});
  ASSERT_EQ(plan.size(), 3u);
  for (size_t i = 0; i < plan.size(); ++i) EXPECT_EQ(plan[i].target, i);
}

TEST_F(FallbackStrategyTest, HasNoChoiceWithoutTargets) {
  EXPECT_TRUE(Plan({}).empty());
}

TEST_F(FallbackStrategyTest, IsRegisteredUnderItsMode) {
  EXPECT_NE(Registry<StrategyMode>::Global().Find("fallback"), nullptr);
}

}  // namespace
}  // namespace aigateway

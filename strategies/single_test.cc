#include "strategies/single.h"

#include "gtest/gtest.h"

namespace aigateway {
namespace {

class SingleStrategyTest : public testing::Test {
 protected:
  std::vector<Choice> Plan(const std::vector<TargetView>& targets) {
    return SingleStrategy().Plan({chat_, options_}, targets, random_);
  }

  v1::ChatRequest chat_;
  v1::RoutingOptions options_;
  Random random_{1};
};

TEST_F(SingleStrategyTest, TakesTheFirstTargetAndNothingElse) {
  const std::vector<Choice> plan = Plan({{"a"}, {"b"}});
  ASSERT_EQ(plan.size(), 1u);
  EXPECT_EQ(plan[0].target, 0u);
}

TEST_F(SingleStrategyTest, HasNoChoiceWithoutTargets) {
  EXPECT_TRUE(Plan({}).empty());
}

TEST_F(SingleStrategyTest, IsRegisteredUnderItsMode) {
  EXPECT_NE(Registry<StrategyMode>::Global().Find("single"), nullptr);
}

}  // namespace
}  // namespace aigateway

#include "strategies/loadbalance.h"

#include <cmath>
#include <vector>

#include "gtest/gtest.h"

namespace aigateway {
namespace {

constexpr int kDraws = 100000;

class LoadbalanceStrategyTest : public testing::Test {
 protected:
  std::vector<Choice> Plan(const std::vector<TargetView>& targets) {
    return LoadbalanceStrategy().Plan({chat_, options_}, targets, random_);
  }

  // How often each target stands at `place`, of `draws` plans in which
  // `accept` holds.
  template <typename Accept>
  std::vector<double> Shares(const std::vector<TargetView>& targets,
                             size_t place, Accept accept) {
    std::vector<double> counts(targets.size());
    double total = 0;
    for (int i = 0; i < kDraws; ++i) {
      const std::vector<Choice> plan = Plan(targets);
      if (!accept(plan)) continue;
      ++counts[plan[place].target];
      ++total;
    }
    for (double& count : counts) count /= total;
    return counts;
  }
  std::vector<double> FirstShares(const std::vector<TargetView>& targets) {
    return Shares(targets, 0, [](const std::vector<Choice>&) { return true; });
  }

  // Five standard deviations of a share.
  static double Slack(double share, double draws = kDraws) {
    return 5 * std::sqrt(share * (1 - share) / draws);
  }

  v1::ChatRequest chat_;
  v1::RoutingOptions options_;
  Random random_{1};
};

TEST_F(LoadbalanceStrategyTest, GivesEachTargetTheShareOfItsWeight) {
  const std::vector<double> shares =
      FirstShares({{"a", 0.1}, {"b", 0.7}, {"c", 0.2}});
  EXPECT_NEAR(shares[0], 0.1, Slack(0.1));
  EXPECT_NEAR(shares[1], 0.7, Slack(0.7));
  EXPECT_NEAR(shares[2], 0.2, Slack(0.2));
}

TEST_F(LoadbalanceStrategyTest, DoesNotNeedWeightsThatAddUpToOne) {
  const std::vector<double> shares = FirstShares({{"a", 3}, {"b", 1}});
  EXPECT_NEAR(shares[0], 0.75, Slack(0.75));
}

TEST_F(LoadbalanceStrategyTest, SharesOutWhatAFailedTargetHadByWeight) {
  // With "a" failed, "b" and "c" follow 3 to 1 and neither gets it all.
  const std::vector<double> shares = Shares(
      {{"a", 6}, {"b", 3}, {"c", 1}}, 1,
      [](const std::vector<Choice>& plan) { return plan[0].target == 0; });
  EXPECT_EQ(shares[0], 0);
  EXPECT_NEAR(shares[1], 0.75, Slack(0.75, 0.6 * kDraws));
  EXPECT_NEAR(shares[2], 0.25, Slack(0.25, 0.6 * kDraws));
}

TEST_F(LoadbalanceStrategyTest, NamesEveryTargetOnce) {
  for (int i = 0; i < 1000; ++i) {
    const std::vector<Choice> plan = Plan({{"a", 1e-9}, {"b", 1}, {"c", 1e9}});
    ASSERT_EQ(plan.size(), 3u);
    EXPECT_EQ(plan[0].target + plan[1].target + plan[2].target, 3u);
    EXPECT_NE(plan[0].target, plan[1].target);
  }
}

TEST_F(LoadbalanceStrategyTest, NeverTriesADrainedTarget) {
  for (int i = 0; i < 100; ++i) {
    const std::vector<Choice> plan = Plan({{"a", 0}, {"b", 1}});
    ASSERT_EQ(plan.size(), 1u);
    EXPECT_EQ(plan[0].target, 1u);
  }
  EXPECT_TRUE(Plan({{"a", 0}}).empty());
  EXPECT_TRUE(Plan({}).empty());
}

TEST_F(LoadbalanceStrategyTest, DrawsTheSameFromTheSameSeed) {
  const std::vector<TargetView> targets = {{"a", 1}, {"b", 2}, {"c", 3}};
  for (int i = 0; i < 100; ++i) {
    random_ = Random(i);
    const std::vector<Choice> first = Plan(targets);
    random_ = Random(i);
    const std::vector<Choice> second = Plan(targets);
    for (size_t j = 0; j < first.size(); ++j) {
      EXPECT_EQ(first[j].target, second[j].target);
    }
  }
}

TEST_F(LoadbalanceStrategyTest, IsRegisteredUnderItsMode) {
  EXPECT_NE(Registry<StrategyMode>::Global().Find("loadbalance"), nullptr);
}

}  // namespace
}  // namespace aigateway

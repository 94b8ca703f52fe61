#include "strategies/least_busy.h"

#include <cmath>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

constexpr int kDraws = 50000;

class LeastBusyStrategyTest : public testing::Test {
 protected:
  static TargetView Busy(absl::string_view name, int64_t in_flight,
                         double weight = 1) {
    TargetView view{name, weight};
    view.in_flight = in_flight;
    return view;
  }

  std::vector<std::string> Plan(const std::vector<TargetView>& targets) {
    std::vector<std::string> names;
    choices_ = LeastBusyStrategy().Plan(
        {.chat = chat_, .options = options_, .explain = true}, targets,
        random_);
    for (const Choice& choice : choices_) {
      names.emplace_back(targets[choice.target].name);
    }
    return names;
  }

  double FirstShare(const std::vector<TargetView>& targets,
                    const std::string& name) {
    double count = 0;
    for (int i = 0; i < kDraws; ++i) {
      if (Plan(targets)[0] == name) ++count;
    }
    return count / kDraws;
  }
  static double Slack(double share) {
    return 5 * std::sqrt(share * (1 - share) / kDraws);
  }

  std::vector<Choice> choices_;
  v1::ChatRequest chat_;
  v1::RoutingOptions options_;
  Random random_{1};
};

TEST_F(LeastBusyStrategyTest, TakesTheIdlerOfTwo) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(Plan({Busy("a", 5), Busy("b", 4)}), ElementsAre("b", "a"));
  }
  EXPECT_EQ(choices_[0].reason, "4 in flight");
}

TEST_F(LeastBusyStrategyTest, TakesTheIdlerOfTwoThatAreDrawnNotOfAll) {
  // The idlest of four is in half of the pairs; the busiest never wins one.
  const std::vector<TargetView> targets = {Busy("a", 0), Busy("b", 1),
                                           Busy("c", 2), Busy("d", 3)};
  EXPECT_NEAR(FirstShare(targets, "a"), 0.5, Slack(0.5));
  EXPECT_NEAR(FirstShare(targets, "b"), 2.0 / 6, Slack(2.0 / 6));
  EXPECT_NEAR(FirstShare(targets, "c"), 1.0 / 6, Slack(1.0 / 6));
  EXPECT_EQ(FirstShare(targets, "d"), 0);
}

TEST_F(LeastBusyStrategyTest, DrawsByWeightWhereAllAreEquallyBusy) {
  EXPECT_NEAR(FirstShare({Busy("a", 0, 3), Busy("b", 0, 1)}, "a"), 0.75,
              Slack(0.75));
}

TEST_F(LeastBusyStrategyTest, AsksMoreOfAHeavierTarget) {
  EXPECT_THAT(Plan({Busy("a", 4, 3), Busy("b", 2, 1)}), ElementsAre("a", "b"));
}

TEST_F(LeastBusyStrategyTest, KeepsLoadsNearToEachOther) {
  // A thousand calls that never end.
  std::vector<TargetView> targets = {Busy("a", 0), Busy("b", 0), Busy("c", 0)};
  for (int i = 0; i < 999; ++i) {
    Plan(targets);
    ++targets[choices_[0].target].in_flight;
  }
  for (const TargetView& target : targets) {
    EXPECT_NEAR(static_cast<double>(target.in_flight), 333, 5);
  }
}

TEST_F(LeastBusyStrategyTest, NamesEveryTargetOnceButNoDrainedOne) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(Plan({Busy("a", 2), Busy("b", 0, 0), Busy("c", 1)}),
                UnorderedElementsAre("a", "c"));
  }
  EXPECT_THAT(Plan({}), ElementsAre());
}

TEST_F(LeastBusyStrategyTest, IsRegisteredUnderItsMode) {
  EXPECT_NE(Registry<StrategyMode>::Global().Find("least-busy"), nullptr);
}

}  // namespace
}  // namespace aigateway

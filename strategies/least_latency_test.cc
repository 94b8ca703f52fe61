#include "strategies/least_latency.h"

#include <cmath>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr int kDraws = 50000;
constexpr double kExplore = LeastLatencyStrategy::kExplore;

class LeastLatencyStrategyTest : public testing::Test {
 protected:
  static TargetView Seen(absl::string_view name, int ms,
                         double failure_share = 0,
                         absl::Duration age = absl::Seconds(1)) {
    TargetView view{name};
    view.latency = RecentLatency{.first_token = absl::Milliseconds(ms),
                                 .age = age,
                                 .failure_share = failure_share};
    return view;
  }

  std::vector<std::string> Plan(const std::vector<TargetView>& targets) {
    std::vector<std::string> names;
    choices_ = LeastLatencyStrategy().Plan(
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

TEST_F(LeastLatencyStrategyTest, OrdersByTimeToTheFirstToken) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(Plan({Seen("a", 300), Seen("b", 100), Seen("c", 200)}),
                ElementsAre("b", "c", "a"));
  }
  EXPECT_EQ(choices_[0].reason,
            "first token after 100 ms of late, 0 % of attempts failed");
}

TEST_F(LeastLatencyStrategyTest, DoesNotTakeFailuresForSpeed) {
  // Half of its attempts fail: until one succeeds it takes about twice as long.
  EXPECT_THAT(Plan({Seen("a", 100, /*failure_share=*/0.5), Seen("b", 150)}),
              ElementsAre("b", "a"));
  EXPECT_THAT(Plan({Seen("a", 1, /*failure_share=*/1), Seen("b", 90)}),
              ElementsAre("b", "a"));
}

TEST_F(LeastLatencyStrategyTest, DrawsByWeightAmongTheAsGoodAsEqual) {
  std::vector<TargetView> targets = {Seen("a", 100), Seen("b", 105),
                                     Seen("c", 130)};
  targets[1].weight = 3;
  EXPECT_NEAR(FirstShare(targets, "a"), 0.25, Slack(0.25));
  EXPECT_NEAR(FirstShare(targets, "b"), 0.75, Slack(0.75));
  EXPECT_EQ(Plan(targets)[2], "c");
}

TEST_F(LeastLatencyStrategyTest, TriesWhatItKnowsNothingOfNowAndThen) {
  const std::vector<TargetView> targets = {
      {"new"},
      Seen("fast", 10),
      Seen("stale", 1, 0, LeastLatencyStrategy::kFresh + absl::Seconds(1))};
  EXPECT_NEAR(FirstShare(targets, "fast"), 1 - kExplore, Slack(kExplore));
  EXPECT_NEAR(FirstShare(targets, "new"), kExplore / 2, Slack(kExplore / 2));
  EXPECT_NEAR(FirstShare(targets, "stale"), kExplore / 2, Slack(kExplore / 2));
}

TEST_F(LeastLatencyStrategyTest, SaysWhyItExplores) {
  const std::vector<TargetView> targets = {{"new"}, Seen("fast", 10)};
  while (Plan(targets)[0] != "new") {
    EXPECT_EQ(choices_[1].reason, "not heard from of late");
  }
  EXPECT_THAT(choices_[0].reason, HasSubstr("tried to see how fast it is"));
}

TEST_F(LeastLatencyStrategyTest, DrawsByWeightWhileNothingIsKnown) {
  const std::vector<TargetView> targets = {{"a", 3}, {"b", 1}};
  EXPECT_NEAR(FirstShare(targets, "a"), 0.75, Slack(0.75));
}

TEST_F(LeastLatencyStrategyTest, NamesEveryTargetOnce) {
  for (int i = 0; i < 1000; ++i) {
    EXPECT_THAT(Plan({{"x"}, Seen("a", 10), {"y"}, Seen("b", 20)}),
                UnorderedElementsAre("x", "y", "a", "b"));
  }
  EXPECT_THAT(Plan({}), ElementsAre());
}

TEST_F(LeastLatencyStrategyTest, DrawsTheSameFromTheSameSeed) {
  const std::vector<TargetView> targets = {
      {"x"}, Seen("a", 10), {"y"}, Seen("b", 10)};
  for (int i = 0; i < 100; ++i) {
    random_ = Random(i);
    const std::vector<std::string> first = Plan(targets);
    random_ = Random(i);
    EXPECT_EQ(Plan(targets), first);
  }
}

TEST_F(LeastLatencyStrategyTest, IsRegisteredUnderItsMode) {
  EXPECT_NE(Registry<StrategyMode>::Global().Find("least-latency"), nullptr);
}

}  // namespace
}  // namespace aigateway

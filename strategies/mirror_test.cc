#include "strategies/mirror.h"

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

constexpr int kDraws = 20000;

class MirrorStrategyTest : public testing::Test {
 protected:
  MirrorStrategyTest() { config_.mutable_mirror()->set_target("m"); }

  // The names in order; those that get a copy in brackets.
  std::vector<std::string> Plan(const std::vector<TargetView>& targets = {
                                    {"a"}, {"m"}, {"b"}}) {
    if (strategy_ == nullptr) strategy_ = *MirrorStrategy::Create(config_);
    choices_ = strategy_->Plan({chat_, options_}, targets, random_);
    std::vector<std::string> names;
    for (const Choice& choice : choices_) {
      const std::string name(targets[choice.target].name);
      names.push_back(choice.copy.has_value() ? "[" + name + "]" : name);
    }
    return names;
  }

  config::v1::StrategyConfig config_;
  std::unique_ptr<Strategy> strategy_;
  std::vector<Choice> choices_;
  v1::ChatRequest chat_;
  v1::RoutingOptions options_;
  Random random_{1};
};

TEST_F(MirrorStrategyTest, CopiesEveryRequestUnlessToldOtherwise) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(Plan(), ElementsAre("a", "[m]", "b"));
  }
  EXPECT_EQ(choices_[1].copy->max_in_flight, 16);
  EXPECT_EQ(choices_[1].copy->timeout, absl::Minutes(1));
}

TEST_F(MirrorStrategyTest, CopiesTheShareThatIsAskedFor) {
  config_.mutable_mirror()->set_share(0.2);
  double copied = 0;
  for (int i = 0; i < kDraws; ++i) {
    if (Plan().size() == 3) {
      ++copied;
    } else {
      EXPECT_THAT(Plan({{"a"}, {"b"}}), ElementsAre("a", "b"));
    }
  }
  EXPECT_NEAR(copied / kDraws, 0.2, 5 * std::sqrt(0.2 * 0.8 / kDraws));
}

TEST_F(MirrorStrategyTest, TakesItsBoundsFromTheConfig) {
  config_.mutable_mirror()->set_max_in_flight(3);
  config_.mutable_mirror()->mutable_timeout()->set_seconds(5);
  Plan();
  EXPECT_EQ(choices_[1].copy->max_in_flight, 3);
  EXPECT_EQ(choices_[1].copy->timeout, absl::Seconds(5));
}

TEST_F(MirrorStrategyTest, NeverAsksTheMirrorForAnAnswer) {
  EXPECT_THAT(Plan({{"m"}}), ElementsAre("[m]"));
  config_.mutable_mirror()->set_share(0);
  strategy_ = nullptr;
  EXPECT_THAT(Plan({{"m"}}), ElementsAre());
}

TEST_F(MirrorStrategyTest, DrawsAsOftenWhetherTheMirrorIsThereOrNot) {
  config_.mutable_mirror()->set_share(0.5);
  Random other(1);
  Plan({{"a"}});
  other.Next();
  EXPECT_EQ(random_.Next(), other.Next());
}

TEST_F(MirrorStrategyTest, IsRegisteredUnderItsMode) {
  EXPECT_NE(Registry<StrategyMode>::Global().Find("mirror"), nullptr);
}

}  // namespace
}  // namespace aigateway

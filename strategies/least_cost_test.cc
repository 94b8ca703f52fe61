#include "strategies/least_cost.h"

#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using testing::ElementsAre;

class LeastCostStrategyTest : public testing::Test {
 protected:
  // Prices in USD for a million tokens.
  static TargetView Priced(absl::string_view name, double input, double output,
                           std::optional<double> cached = std::nullopt) {
    TargetView view{name};
    view.prices = TokenPrices{.input = static_cast<int64_t>(input * 1e6),
                              .output = static_cast<int64_t>(output * 1e6)};
    if (cached.has_value()) {
      view.prices->cached_input = static_cast<int64_t>(*cached * 1e6);
    }
    return view;
  }

  void Ask(size_t prompt_tokens, int max_output_tokens) {
    chat_.Clear();
    chat_.add_messages()->set_content(std::string(4 * prompt_tokens, 'x'));
    chat_.set_max_output_tokens(max_output_tokens);
  }

  std::vector<std::string> Plan(const std::vector<TargetView>& targets) {
    std::vector<std::string> names;
    choices_ = LeastCostStrategy().Plan(
        {.chat = chat_, .options = options_, .explain = true}, targets,
        random_);
    for (const Choice& choice : choices_) {
      names.emplace_back(targets[choice.target].name);
    }
    return names;
  }

  std::vector<Choice> choices_;
  v1::ChatRequest chat_;
  v1::RoutingOptions options_;
  Random random_{1};
};

TEST_F(LeastCostStrategyTest, WeighsInputAndExpectedOutput) {
  const std::vector<TargetView> targets = {Priced("reads-cheaply", 1, 10),
                                           Priced("writes-cheaply", 2, 2)};
  Ask(/*prompt_tokens=*/10000, /*max_output_tokens=*/100);
  EXPECT_THAT(Plan(targets), ElementsAre("reads-cheaply", "writes-cheaply"));
  EXPECT_EQ(choices_[0].reason,
            "about 11000.00 micro-USD for 10000 tokens in, 0 cached, 100 out");
  Ask(/*prompt_tokens=*/100, /*max_output_tokens=*/100);
  EXPECT_THAT(Plan(targets), ElementsAre("writes-cheaply", "reads-cheaply"));
}

TEST_F(LeastCostStrategyTest, ExpectsNoMoreOutputThanIsUsual) {
  const std::vector<TargetView> targets = {Priced("reads-cheaply", 1, 10),
                                           Priced("writes-cheaply", 2, 2)};
  // 5000 * 1 + 500 * 10 < 5000 * 2 + 500 * 2, whatever is allowed.
  Ask(/*prompt_tokens=*/5000, /*max_output_tokens=*/100000);
  EXPECT_EQ(Plan(targets)[0], "reads-cheaply");
  chat_.clear_max_output_tokens();
  EXPECT_EQ(Plan(targets)[0], "reads-cheaply");
  chat_.set_n(3);
  EXPECT_EQ(Plan(targets)[0], "writes-cheaply");
}

TEST_F(LeastCostStrategyTest, TakesTheCachedPriceForWhatIsMarked) {
  const std::vector<TargetView> targets = {
      Priced("plain", 1, 1), Priced("caches", 2, 1, /*cached=*/0.2)};
  Ask(1000, 0);
  EXPECT_EQ(Plan(targets)[0], "plain");
  chat_.mutable_messages(0)->mutable_cache_control();
  EXPECT_EQ(Plan(targets)[0], "caches");
}

TEST_F(LeastCostStrategyTest, PutsTargetsWithoutAPriceLast) {
  Ask(10, 10);
  EXPECT_THAT(Plan({{"x"}, Priced("dear", 100, 100), {"y"}, Priced("a", 1, 1)}),
              ElementsAre("a", "dear", "x", "y"));
  EXPECT_EQ(choices_[2].reason, "its price is not known");
}

TEST_F(LeastCostStrategyTest, KeepsTheOrderOfEquals) {
  Ask(10, 10);
  EXPECT_THAT(Plan({Priced("b", 1, 1), Priced("a", 1, 1), Priced("c", 0, 0),
                    Priced("d", 0, 0)}),
              ElementsAre("c", "d", "b", "a"));
}

TEST_F(LeastCostStrategyTest, IsRegisteredUnderBothItsModes) {
  EXPECT_NE(Registry<StrategyMode>::Global().Find("least-cost"), nullptr);
  EXPECT_NE(Registry<StrategyMode>::Global().Find("cost-optimized"), nullptr);
}

}  // namespace
}  // namespace aigateway

#include "gateway/core/tree_plan.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "strategies/least_cost.h"
#include "tests/fakes/fake_caller.h"
#include "tests/fakes/toy_provider.h"

namespace aigateway {
namespace {

using testing::ElementsAre;

// Names a target that is not there.
class WildStrategy final : public Strategy {
 public:
  std::vector<Choice> Plan(const RequestView& request,
                           const std::vector<TargetView>& targets,
                           Random& random) const override {
    return {{.target = 7}, {.target = 1}};
  }
};

class TreePlanTest : public testing::Test {
 protected:
  // A target of OpenAI's own API that asks it for `upstream_model`.
  void Add(const std::string& name, const std::string& upstream_model) {
    auto instance = std::make_shared<ProviderInstance>();
    instance->name = name;
    instance->type = "openai";
    instance->codec =
        std::make_shared<ToyProvider>("https://api.openai.com/v1");
    instance->keys = std::make_shared<KeyRing>(std::vector<std::string>());
    instance->model_map["smart"] = upstream_model;
    targets_.push_back(std::make_unique<Target>(
        Target::Options{.name = name}, std::move(instance),
        std::make_shared<TargetStats>(), std::make_unique<FakeCaller>()));
    root_.members.push_back({.target = targets_.back().get()});
  }

  std::vector<std::string> Plan() {
    std::vector<const Target*> candidates;
    for (const auto& target : targets_) candidates.push_back(target.get());
    const RequestView request{
        .chat = chat_, .options = options_, .model = "smart"};
    const std::vector<ChosenTarget> plan =
        PlanTree(root_, candidates, request, absl::UnixEpoch(),
                 /*drained_too=*/false, random_);
    std::vector<std::string> names;
    for (const ChosenTarget& chosen : plan) {
      names.push_back(chosen.target->name());
    }
    return names;
  }

  TargetGroup root_;
  std::vector<std::unique_ptr<Target>> targets_;
  v1::ChatRequest chat_;
  v1::RoutingOptions options_;
  Random random_{1};
};

TEST_F(TreePlanTest, GivesAStrategyThePricesOfTheUpstreamModels) {
  root_.strategy = *LeastCostStrategy::Create({});
  Add("dear", "gpt-4o");
  Add("unknown", "gpt-99");
  Add("cheap", "gpt-4o-mini");
  EXPECT_THAT(Plan(), ElementsAre("cheap", "dear", "unknown"));
}

TEST_F(TreePlanTest, PassesOverWhatAStrategyMakesUp) {
  root_.strategy = std::make_unique<WildStrategy>();
  Add("a", "m");
  Add("b", "m");
  EXPECT_THAT(Plan(), ElementsAre("b"));
}

}  // namespace
}  // namespace aigateway

#include "gateway/core/model_catalog.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/fakes/fake_caller.h"
#include "tests/fakes/toy_provider.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ModelCatalogTest : public testing::Test {
 protected:
  struct Spec {
    std::string name;
    std::vector<std::string> models;
    std::vector<std::string> patterns;
    bool undeclared = false;
    std::vector<std::pair<std::string, std::string>> model_map = {};
    std::string base_url = "http://127.0.0.1/v1";
  };

  void Add(Spec spec) {
    auto instance = std::make_shared<ProviderInstance>();
    instance->name = spec.name;
    instance->type = "openai";
    instance->codec = std::make_shared<ToyProvider>(spec.base_url);
    instance->patterns = spec.patterns;
    instance->keys = std::make_shared<KeyRing>(std::vector<std::string>());
    instance->model_map.insert(spec.model_map.begin(), spec.model_map.end());
    if (spec.undeclared) instance->source = v1::PROVIDER_SOURCE_ENVIRONMENT;
    targets_.push_back(std::make_unique<Target>(
        Target::Options{.name = spec.name, .models = spec.models},
        std::move(instance), std::make_shared<TargetStats>(),
        std::make_unique<FakeCaller>()));
  }

  std::vector<std::string> Serving(
      absl::string_view model,
      absl::flat_hash_map<std::string, std::string> aliases = {}) {
    const ModelCatalog catalog(targets_, std::move(aliases));
    std::vector<std::string> names;
    for (const Target* target : catalog.TargetsFor(catalog.Resolve(model))) {
      names.push_back(target->name());
    }
    return names;
  }

  std::vector<std::unique_ptr<Target>> targets_;
};

TEST_F(ModelCatalogTest, FindsTargetsThatListTheModelInOrder) {
  Add({.name = "a", .models = {"m1"}});
  Add({.name = "b", .models = {"m2"}});
  Add({.name = "c", .models = {"m2", "m1"}});
  EXPECT_THAT(Serving("m1"), ElementsAre("a", "c"));
  EXPECT_THAT(Serving("m3"), IsEmpty());
}

TEST_F(ModelCatalogTest, LetsADeclaredTargetWithoutAListServeAnyName) {
  Add({.name = "a"});
  Add({.name = "b", .models = {"m1"}});
  EXPECT_THAT(Serving("m1"), ElementsAre("a", "b"));
  EXPECT_THAT(Serving("x"), ElementsAre("a"));
}

TEST_F(ModelCatalogTest, GivesAnUndeclaredVendorItsOwnNamesOnly) {
  Add({.name = "openai", .patterns = {"gpt-*"}, .undeclared = true});
  Add({.name = "anthropic", .patterns = {"claude-*"}, .undeclared = true});
  EXPECT_THAT(Serving("claude-x"), ElementsAre("anthropic"));
  EXPECT_THAT(Serving("llama"), IsEmpty());
}

TEST_F(ModelCatalogTest, GivesAnAggregatorWhatNoVendorBeforeItClaims) {
  Add({.name = "openai", .patterns = {"gpt-*"}, .undeclared = true});
  Add({.name = "openrouter", .undeclared = true});
  EXPECT_THAT(Serving("gpt-5"), ElementsAre("openai"));
  EXPECT_THAT(Serving("llama"), ElementsAre("openrouter"));
}

TEST_F(ModelCatalogTest, ServesAMappedNameWhateverTheVendorsOwnAre) {
  Add({.name = "openai",
       .patterns = {"gpt-*"},
       .undeclared = true,
       .model_map = {{"fast", "gpt-mini"}}});
  EXPECT_THAT(Serving("fast"), ElementsAre("openai"));
  EXPECT_EQ(targets_[0]->UpstreamModel("fast"), "gpt-mini");
  EXPECT_EQ(targets_[0]->UpstreamModel("gpt-5"), "gpt-5");
}

TEST_F(ModelCatalogTest, ResolvesAnAliasOnce) {
  Add({.name = "a", .models = {"m1"}});
  EXPECT_THAT(Serving("fast", {{"fast", "m1"}}), ElementsAre("a"));
}

TEST_F(ModelCatalogTest, ListsKnownModelsAndAliasesByName) {
  Add({.name = "b", .models = {"m2", "m1"}});
  Add({.name = "any"});
  const ModelCatalog catalog(targets_, {{"fast", "m2"}});
  std::vector<std::string> ids;
  for (const v1::Model& model : catalog.models()) ids.push_back(model.id());
  EXPECT_THAT(ids, ElementsAre("fast", "m1", "m2"));
  EXPECT_EQ(catalog.models()[0].alias_of(), "m2");
  EXPECT_THAT(catalog.models()[1].targets(), ElementsAre("b", "any"));
}

TEST_F(ModelCatalogTest, ShowsTheFirstPriceThatIsKnown) {
  Add({.name = "proxy", .models = {"smart", "odd"}});
  Add({.name = "vendor",
       .models = {"smart", "odd"},
       .model_map = {{"smart", "gpt-4o-mini"}},
       .base_url = "https://api.openai.com/v1"});
  const ModelCatalog catalog(targets_, {{"alias", "smart"}});
  ASSERT_EQ(catalog.models().size(), 3u);
  EXPECT_EQ(catalog.models()[0].id(), "alias");
  EXPECT_EQ(catalog.models()[0].prices().prompt_micro_usd_per_million_tokens(),
            150000);
  EXPECT_EQ(catalog.models()[1].id(), "odd");
  EXPECT_FALSE(catalog.models()[1].has_prices());
  EXPECT_TRUE(catalog.models()[2].has_prices());
}

}  // namespace
}  // namespace aigateway

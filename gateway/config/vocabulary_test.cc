#include "gateway/config/vocabulary.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/config/config_testing.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(VocabularyTest, FindsTheVariablesOfAText) {
  EXPECT_THAT(VariablesIn("https://${A}.example/${B}/x"),
              ElementsAre("A", "B"));
  EXPECT_THAT(VariablesIn("plain $A ${"), IsEmpty());
}

TEST(VocabularyTest, TakesTheFirstPlaceThatIsComplete) {
  const std::vector<std::string> places = {"https://${A}/${B}", "${C}"};
  EXPECT_EQ(FindBaseUrl(places, FakeEnvironment({{"A", "1"}, {"C", "1"}})),
            "${C}");
  EXPECT_EQ(FindBaseUrl(places, FakeEnvironment({{"A", "1"}, {"B", "1"}})),
            "https://${A}/${B}");
  EXPECT_EQ(FindBaseUrl(places, FakeEnvironment({{"A", "1"}, {"B", " "}})), "");
}

TEST(VocabularyTest, FindsATypeByItsKeyOrByItsPlaceAlone) {
  const ProviderTypeEntry usual = {.key_variables = {"K"},
                                   .base_urls = {"${U}"}};
  EXPECT_TRUE(IsFound(usual, FakeEnvironment({{"K", "1"}})));
  EXPECT_FALSE(IsFound(usual, FakeEnvironment({{"U", "1"}})));
  EXPECT_EQ(WantedVariables(usual), "K");

  const ProviderTypeEntry placed = {.key_variables = {"K", "L"},
                                    .base_urls = {"${U}"},
                                    .needs_base_url = true};
  EXPECT_FALSE(IsFound(placed, FakeEnvironment({{"L", "1"}})));
  EXPECT_TRUE(IsFound(placed, FakeEnvironment({{"L", "1"}, {"U", "1"}})));
  EXPECT_EQ(WantedVariables(placed), "K or L, and U");

  const ProviderTypeEntry open = {
      .key_variables = {"K"}, .base_urls = {"${U}"}, .needs_key = false};
  EXPECT_TRUE(IsFound(open, FakeEnvironment({{"U", "1"}})));
  EXPECT_FALSE(IsFound(open, FakeEnvironment({})));
  EXPECT_EQ(WantedVariables(open), "U or K");

  EXPECT_TRUE(IsFound({}, nullptr));
  EXPECT_TRUE(
      IsFound({.key_variables = {"K"}, .only_when_named = true}, nullptr));
}

}  // namespace
}  // namespace aigateway

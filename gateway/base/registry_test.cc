#include "gateway/base/registry.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsNull;
using ::testing::Pointee;

struct Tool {
  int size = 0;
};

const Registration<Tool> hammer("hammer", Tool{3});

TEST(RegistryTest, HasWhatIsRegisteredBeforeMain) {
  EXPECT_THAT(Registry<Tool>::Global().Names(), ElementsAre("hammer"));
  ASSERT_NE(Registry<Tool>::Global().Find("hammer"), nullptr);
  EXPECT_EQ(Registry<Tool>::Global().Find("hammer")->size, 3);
}

TEST(RegistryTest, FindsByNameAndListsInOrder) {
  Registry<int> registry;
  EXPECT_THAT(registry.Names(), IsEmpty());
  EXPECT_TRUE(registry.Add("b", 2));
  EXPECT_TRUE(registry.Add("a", 1));
  EXPECT_THAT(registry.Names(), ElementsAre("a", "b"));
  EXPECT_THAT(registry.Find("b"), Pointee(2));
  EXPECT_THAT(registry.Find("c"), IsNull());
}

TEST(RegistryTest, KeepsTheFirstOfAName) {
  Registry<int> registry;
  EXPECT_TRUE(registry.Add("a", 1));
  EXPECT_FALSE(registry.Add("a", 2));
  EXPECT_THAT(registry.Find("a"), Pointee(1));
}

TEST(RegistryTest, ACopyCanGrowByItself) {
  Registry<Tool> copy = Registry<Tool>::Global();
  EXPECT_TRUE(copy.Add("saw", Tool{5}));
  EXPECT_THAT(copy.Names(), ElementsAre("hammer", "saw"));
  EXPECT_THAT(Registry<Tool>::Global().Find("saw"), IsNull());
}

TEST(RegistryDeathTest, TwoRegistrationsOfOneNameEndTheProcess) {
  EXPECT_DEATH(Registration<Tool>("hammer", Tool{4}), "check failed");
}

}  // namespace
}  // namespace aigateway

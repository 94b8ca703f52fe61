#include "providers/responses/running_text.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using ::testing::Eq;
using ::testing::Optional;

TEST(RunningTextTest, TellsWhatAWholeTextHasMore) {
  RunningText text;
  EXPECT_THAT(text.RestOf("Hello"), Optional(Eq("Hello")));
  text.Add("He");
  text.Add("");
  text.Add("l");
  EXPECT_EQ(text.bytes(), 3U);
  EXPECT_THAT(text.RestOf("Hello"), Optional(Eq("lo")));
  EXPECT_THAT(text.RestOf("Hel"), Optional(Eq("")));
}

TEST(RunningTextTest, KnowsAnotherText) {
  RunningText text;
  text.Add("Hel");
  for (const char* other : {"", "He", "Hex", "hello", "xHel"}) {
    EXPECT_EQ(text.RestOf(other), std::nullopt) << other;
  }
}

}  // namespace
}  // namespace aigateway

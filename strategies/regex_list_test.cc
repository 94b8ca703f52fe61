#include "strategies/regex_list.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(RegexListTest, FindsEachThatOccursAnywhere) {
  RegexList list;
  ASSERT_EQ(*list.Add("(?i)sql"), 0);
  ASSERT_EQ(*list.Add("^def "), 1);
  ASSERT_EQ(*list.Add("\\bjoin\\b"), 2);
  list.Compile();
  EXPECT_THAT(list.Search("an SQL join"), ElementsAre(true, false, true));
  EXPECT_THAT(list.Search("def f():"), ElementsAre(false, true, false));
  EXPECT_THAT(list.Search(""), ElementsAre(false, false, false));
}

TEST(RegexListTest, IsEmptyWithoutExpressions) {
  RegexList list;
  list.Compile();
  EXPECT_THAT(list.Search("text"), IsEmpty());
}

TEST(RegexListTest, SaysWhatIsWrongWithAnExpression) {
  RegexList list;
  const auto index = list.Add("(unclosed");
  ASSERT_FALSE(index.ok());
  EXPECT_THAT(std::string(index.status().message()),
              HasSubstr("missing ): (unclosed"));
  EXPECT_FALSE(list.Add("(?=lookahead)").ok());
}

TEST(RegexListTest, FindsOneByOneWhatIsTooMuchTogether) {
  RegexList list;
  // Each forgets nothing for 400 bytes: their common automaton explodes.
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(list.Add("a" + std::to_string(i) + ".{400}z").ok());
  }
  list.Compile();
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "a" + std::to_string(i % 40);
  const size_t at = text.find("a39", 2000);
  text.replace(at + 3 + 400, 1, "z");
  EXPECT_TRUE(list.Search(text)[39]);
}

TEST(RegexListTest, FindsOneByOneWhatDoesNotCompileTogether) {
  RegexList list;
  // Each takes most of the memory that one automaton may have.
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(
        list.Add("x" + std::to_string(i) + "\\pL{1,200}\\pN{1,200}").ok());
  }
  list.Compile();
  const std::vector<bool> found = list.Search("x3abc12");
  EXPECT_TRUE(found[3]);
  EXPECT_FALSE(found[4]);
}

TEST(RegexListTest, TakesTimeInTheLengthOfTheTextOnly) {
  RegexList list;
  ASSERT_TRUE(list.Add("(x+x+)+y").ok());
  list.Compile();
  // A backtracking matcher would not live to see the end of this.
  EXPECT_THAT(list.Search(std::string(100000, 'x')), ElementsAre(false));
}

}  // namespace
}  // namespace aigateway

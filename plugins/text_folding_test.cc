#include "plugins/text_folding.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

TEST(TextFoldingTest, TakesTheCaseFromLettersOfEveryScript) {
  const TextFolding folding(/*case_sensitive=*/false);
  EXPECT_EQ(folding.Fold("SECRET"), "secret");
  EXPECT_EQ(folding.Fold("КОТИК"), "котик");
  EXPECT_EQ(folding.Fold("ÉLAN"), "élan");
  EXPECT_EQ(folding.Fold("Straße"), "strasse");
  EXPECT_EQ(folding.Fold("ΣΑΣ"), folding.Fold("σας"));
}

TEST(TextFoldingTest, TakesWhatLooksTheSameForTheSame) {
  const TextFolding folding(/*case_sensitive=*/false);
  EXPECT_EQ(folding.Fold("e\u0301lan"), "élan");  // Composed.
  EXPECT_EQ(folding.Fold("ｓｅｃｒｅｔ"), "secret");
  EXPECT_EQ(folding.Fold("se\u00ADc\u200Bret"), "secret");
  EXPECT_EQ(folding.Fold("ﬁsh"), "fish");
}

TEST(TextFoldingTest, KeepsTheCaseIfItCounts) {
  const TextFolding folding(/*case_sensitive=*/true);
  EXPECT_EQ(folding.Fold("SeCret"), "SeCret");
  EXPECT_EQ(folding.Fold("КОТИК e\u0301"), "КОТИК é");
}

TEST(TextFoldingTest, KnowsWhatCanStillChange) {
  const TextFolding folding(/*case_sensitive=*/false);
  EXPECT_EQ(folding.Stable(""), 0);
  EXPECT_EQ(folding.Stable("abe"), 2);
  EXPECT_EQ(folding.Stable("abe\u0301"), 2);
  EXPECT_EQ(folding.Stable("abe\u0301\u0323"), 2);
  EXPECT_EQ(folding.Stable("e"), 0);
  std::string marks = "e";
  for (int i = 0; i < 200; ++i) marks += "\u0301";
  EXPECT_EQ(folding.Stable(marks), marks.size());
}

TEST(TextFoldingTest, KnowsTheWayBack) {
  const TextFolding folding(/*case_sensitive=*/false);
  EXPECT_EQ(folding.SourceOf("abc", 2), 2);
  const std::string text = "aßÉx";  // "asséx"
  EXPECT_EQ(folding.SourceOf(text, 0), 0);
  EXPECT_EQ(folding.SourceOf(text, 1), 1);
  EXPECT_EQ(folding.SourceOf(text, 2), 1);  // Within the sharp s.
  EXPECT_EQ(folding.SourceOf(text, 3), 3);
  EXPECT_EQ(folding.SourceOf(text, 5), 5);
  // What is left out goes with what comes after it or before it.
  EXPECT_LE(folding.SourceOf("a\u00ADb", 1), 3);
}

TEST(IsBlankTest, KnowsWhiteSpaceOfEveryKind) {
  EXPECT_TRUE(IsBlank(""));
  EXPECT_TRUE(IsBlank(" \t\n\u00A0\u3000"));
  EXPECT_FALSE(IsBlank(" x"));
}

TEST(WordBoundariesTest, FindsWordsOfEveryScript) {
  const std::string text = "can't кот.";
  WordBoundaries boundaries(text);
  EXPECT_TRUE(boundaries.IsAt(0));
  EXPECT_FALSE(boundaries.IsAt(3));  // Before the apostrophe.
  EXPECT_TRUE(boundaries.IsAt(5));
  EXPECT_TRUE(boundaries.IsAt(6));
  EXPECT_FALSE(boundaries.IsAt(8));
  EXPECT_TRUE(boundaries.IsAt(12));
  EXPECT_TRUE(boundaries.IsAt(text.size()));
}

}  // namespace
}  // namespace aigateway

#include "gateway/base/utf8.h"

#include <string>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

constexpr char kBad[] = "\xEF\xBF\xBD";

TEST(Utf8Test, AcceptsEveryLengthOfCharacter) {
  EXPECT_TRUE(IsValidUtf8(""));
  EXPECT_TRUE(IsValidUtf8("plain"));
  EXPECT_TRUE(IsValidUtf8("\xC3\xA9"));          // é
  EXPECT_TRUE(IsValidUtf8("\xE6\xBC\xA2"));      // 漢
  EXPECT_TRUE(IsValidUtf8("\xF0\x9F\x98\x80"));  // 😀
  EXPECT_TRUE(IsValidUtf8(absl::string_view("\0", 1)));
}

TEST(Utf8Test, AcceptsTheLastCharacterOfEachRangeAndNoneBeyond) {
  EXPECT_TRUE(IsValidUtf8("\xED\x9F\xBF"));       // U+D7FF
  EXPECT_FALSE(IsValidUtf8("\xED\xA0\x80"));      // U+D800, a surrogate.
  EXPECT_TRUE(IsValidUtf8("\xEE\x80\x80"));       // U+E000
  EXPECT_TRUE(IsValidUtf8("\xF4\x8F\xBF\xBF"));   // U+10FFFF
  EXPECT_FALSE(IsValidUtf8("\xF4\x90\x80\x80"));  // U+110000
  EXPECT_FALSE(IsValidUtf8("\xF5\x80\x80\x80"));
}

TEST(Utf8Test, RefusesOverlongForms) {
  EXPECT_FALSE(IsValidUtf8("\xC0\x80"));
  EXPECT_FALSE(IsValidUtf8("\xC1\xBF"));
  EXPECT_FALSE(IsValidUtf8("\xE0\x9F\xBF"));
  EXPECT_FALSE(IsValidUtf8("\xF0\x8F\xBF\xBF"));
}

TEST(Utf8Test, FindsABadByteAtEveryPlaceOfALongText) {
  const std::string good = "0123456789abcdef \xC3\xA9 and so on to the end.";
  ASSERT_TRUE(IsValidUtf8(good));
  for (size_t i = 0; i <= good.size(); ++i) {
    std::string bad = good;
    bad.insert(i, 1, '\xFF');
    EXPECT_FALSE(IsValidUtf8(bad)) << i;
  }
}

TEST(Utf8Test, CopiesValidTextAsItIs) {
  EXPECT_EQ(ValidUtf8("na\xC3\xAFve \xF0\x9F\x98\x80"),
            "na\xC3\xAFve \xF0\x9F\x98\x80");
}

TEST(Utf8Test, ReplacesEachRunThatCannotBegin) {
  // The Unicode Standard's own example, table 3-8 ff.
  EXPECT_EQ(ValidUtf8("\xF0\x90\x80\x41"), std::string(kBad) + "A");
  EXPECT_EQ(ValidUtf8("\xC0\xAF"), std::string(kBad) + kBad);
  EXPECT_EQ(ValidUtf8("\xED\xA0\x80"), std::string(kBad) + kBad + kBad);
  EXPECT_EQ(ValidUtf8("a\xE6\xBC"), std::string("a") + kBad);
}

TEST(Utf8Test, NeverSwallowsAnAsciiByteOfABrokenCharacter) {
  EXPECT_EQ(ValidUtf8("\xE6\"}"), std::string(kBad) + "\"}");
}

TEST(Utf8Test, TruncatesNothingThatFits) {
  EXPECT_EQ(Truncate("abc", 3), "abc");
  EXPECT_EQ(Truncate("", 0), "");
}

TEST(Utf8Test, TruncatesWithinTheLimitAndMarksTheCut) {
  EXPECT_EQ(Truncate("abcdef", 5), "ab\xE2\x80\xA6");
  EXPECT_EQ(Truncate("abcdef", 3), "\xE2\x80\xA6");
  EXPECT_EQ(Truncate("abcdef", 2), "");
}

TEST(Utf8Test, TruncatesBetweenTwoCharacters) {
  const std::string text = "\xE6\xBC\xA2\xE5\xAD\x97\xF0\x9F\x98\x80";
  for (size_t limit = 0; limit < text.size(); ++limit) {
    const std::string cut = Truncate(text, limit);
    EXPECT_LE(cut.size(), limit);
    EXPECT_TRUE(IsValidUtf8(cut)) << limit;
  }
  EXPECT_EQ(Truncate(text, 9), "\xE6\xBC\xA2\xE5\xAD\x97\xE2\x80\xA6");
}

TEST(Utf8Test, TruncatesBytesThatAreNoTextToText) {
  EXPECT_EQ(Truncate("\xFF\xFF\xFF", 8), std::string(kBad) + "\xE2\x80\xA6");
}

}  // namespace
}  // namespace aigateway

#include "plugins/json_escapes.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

std::string Unescape(absl::string_view json) {
  return UnescapedJson(json, /*complete=*/true).text();
}

TEST(UnescapedJsonTest, UndoesEveryEscape) {
  EXPECT_EQ(Unescape(R"({"a":"sw\u006frd\nfish\/\\\"\t"})"),
            "{\"a\":\"sword\nfish/\\\"\t\"}");
  EXPECT_EQ(Unescape(R"(\u043a\u043E)"), "ко");
  EXPECT_EQ(Unescape(R"(\ud83d\ude00)"), "😀");
}

TEST(UnescapedJsonTest, HasAReplacementForHalfAPair) {
  EXPECT_EQ(Unescape(R"(\ud83dx)"), "\uFFFDx");
  EXPECT_EQ(Unescape(R"(\ude00)"), "\uFFFD");
  EXPECT_EQ(Unescape(R"(\ud83d\ud83d)"), "\uFFFD\uFFFD");
}

TEST(UnescapedJsonTest, LeavesWhatIsNoEscape) {
  EXPECT_EQ(Unescape(R"(C:\dir \uXYZW \)"), R"(C:\dir \uXYZW \)");
}

TEST(UnescapedJsonTest, LeavesOutAnEscapeThatMayGoOn) {
  const std::string json = R"(a\ud83d\ude00)";
  for (size_t cut = 2; cut < json.size(); ++cut) {
    const UnescapedJson part(json.substr(0, cut), /*complete=*/false);
    EXPECT_EQ(part.text(), "a") << cut;
    EXPECT_EQ(part.SourceOf(1), 1) << cut;
  }
  EXPECT_EQ(UnescapedJson(json, false).text(), "a😀");
}

TEST(UnescapedJsonTest, KnowsTheWayBack) {
  const UnescapedJson json(R"(ab\u00e9cd\ne)", /*complete=*/true);
  ASSERT_EQ(json.text(), "abécd\ne");
  EXPECT_EQ(json.SourceOf(2), 2);      // The escape's beginning.
  EXPECT_EQ(json.SourceOf(3), 2);      // Within it.
  EXPECT_EQ(json.SourceOf(4), 8);      // "c".
  EXPECT_EQ(json.SourceOf(7), 12);     // "e".
  EXPECT_EQ(json.SourceOfEnd(2), 2);   // What ends before the escape.
  EXPECT_EQ(json.SourceOfEnd(3), 8);   // What ends within it.
  EXPECT_EQ(json.SourceOfEnd(8), 13);  // The end.
}

TEST(EscapeJsonTest, WritesWhatMayStandInAString) {
  EXPECT_EQ(EscapeJson("a\"b\\\n"), R"(a\"b\\\n)");
}

}  // namespace
}  // namespace aigateway

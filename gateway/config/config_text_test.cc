#include "gateway/config/config_text.h"

#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/config/config_testing.h"
#include "gateway/config/faults.h"
#include "gateway/config/place.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;

// What was made of a text, or its only fault.
std::optional<std::string> Checked(absl::string_view text,
                                   std::vector<std::string>* faults = nullptr) {
  Faults found("f");
  std::optional<std::string> checked = CheckConfigText(text, found);
  if (faults != nullptr) *faults = FaultsIn(found.ToStatus());
  EXPECT_EQ(checked.has_value(), found.empty());
  return checked;
}

std::vector<std::string> FaultsOfText(absl::string_view text) {
  std::vector<std::string> faults;
  Checked(text, &faults);
  return faults;
}

std::string Repeat(absl::string_view piece, size_t bytes) {
  std::string text;
  while (text.size() < bytes) absl::StrAppend(&text, piece);
  return text;
}

TEST(CheckConfigTextTest, LeavesAnOrdinaryTextAlone) {
  EXPECT_THAT(Checked("a: \"ü\"\n\tb"), Optional(std::string("a: \"ü\"\n\tb")));
}

TEST(CheckConfigTextTest, DropsAByteOrderMark) {
  EXPECT_THAT(Checked("\xef\xbb\xbf{}"), Optional(std::string("{}")));
}

TEST(CheckConfigTextTest, MakesEveryLineEndOneCharacter) {
  EXPECT_THAT(Checked("a\r\nb\rc\n\r\n"), Optional(std::string("a\nb\nc\n\n")));
}

TEST(CheckConfigTextTest, NamesWideEncodings) {
  const std::string why = "looks like UTF-16 or UTF-32: save it as UTF-8";
  for (const std::string& text :
       {std::string("\xff\xfe"
                    "a\0",
                    4),
        std::string("\xfe\xff\0a", 4), std::string("a\0b\0", 4),
        std::string("\0a\0b", 4), std::string("\0\0\0a", 4)}) {
    EXPECT_THAT(FaultsOfText(text), ElementsAre(": 1:1: " + why));
  }
}

TEST(CheckConfigTextTest, SaysWhereAByteIsNotUtf8) {
  EXPECT_THAT(FaultsOfText("a: b\nüc: \xff"),
              ElementsAre(HasSubstr("2:5: a byte that is not UTF-8")));
  EXPECT_THAT(FaultsOfText("a: \xc3"), ElementsAre(HasSubstr("1:4: ")));
  EXPECT_THAT(FaultsOfText("\xed\xa0\x80"), ElementsAre(HasSubstr("1:1: ")));
}

TEST(CheckConfigTextTest, RefusesControlCharactersByTheirCode) {
  EXPECT_THAT(FaultsOfText("a: b\nc: \x1b[0m"),
              ElementsAre(HasSubstr("2:4: a control character (0x1b)")));
  EXPECT_THAT(FaultsOfText(std::string("abc\0", 4)),
              ElementsAre(HasSubstr("1:4: a control character (0x00)")));
  // 4 is what yaml-cpp takes for the end of the text.
  EXPECT_THAT(FaultsOfText("a\x04"), ElementsAre(HasSubstr("(0x04)")));
  // JSON allows this one.
  EXPECT_TRUE(Checked("a\x7f").has_value());
}

TEST(CheckConfigTextTest, RefusesALargeTextWithoutLookingAtIt) {
  EXPECT_THAT(FaultsOfText(Repeat(" ", kMaxConfigBytes + 1)),
              ElementsAre(HasSubstr("larger than 2 MiB")));
  EXPECT_TRUE(Checked(Repeat(" ", kMaxConfigBytes)).has_value());
}

TEST(CheckConfigTextTest, BoundsWhatTheParserWouldReadAhead) {
  EXPECT_THAT(FaultsOfText("a: " + Repeat("[", 20000)),
              ElementsAre(HasSubstr("more than 2000 brackets are open")));
  EXPECT_THAT(FaultsOfText(Repeat("{}", 500000)),
              ElementsAre(HasSubstr("brackets and commas")));
  EXPECT_TRUE(Checked(Repeat("]", 5000) + Repeat("[", 2000)).has_value());
}

TEST(CheckConfigTextTest, JoinsSurrogatePairsInTheStringsOfJson) {
  EXPECT_THAT(Checked(R"({"a": "x\ud83d\ude00y"})"),
              Optional(std::string(R"({"a": "x\U0001f600y"})")));
  EXPECT_THAT(Checked(R"( ["\uD83D\uDE00"])"),
              Optional(std::string(R"( ["\U0001f600"])")));
}

TEST(CheckConfigTextTest, LeavesOtherEscapesAsTheyAre) {
  for (const char* text : {R"({"a": "\\ud83d\\ude00"})", R"({"a": "\ud83d"})",
                           R"({"a": "\ud83d\u0041"})", R"({"a": "\"\ud83"})",
                           R"({"a": "\ude00\ud83d"})", R"({"a": "\)",
                           // Outside a string, and in a text that is no JSON.
                           R"({a: \ud83d\ude00})", R"(a: "\ud83d\ude00")"}) {
    EXPECT_THAT(Checked(text), Optional(std::string(text)));
  }
}

TEST(ReadConfigFileTest, ReadsAFile) {
  const std::string path = absl::StrCat(std::getenv("TEST_TMPDIR"), "/read");
  std::ofstream(path) << "targets: []\n";
  EXPECT_EQ(*ReadConfigFile(path), "targets: []\n");
}

TEST(ReadConfigFileTest, NamesAFileThatIsNotThere) {
  const auto text = ReadConfigFile("/nowhere/gateway.yaml");
  EXPECT_EQ(ReasonOf(text.status()), ErrorReason::kInvalidConfig);
  EXPECT_THAT(std::string(text.status().message()),
              HasSubstr("/nowhere/gateway.yaml: cannot be read: No such file"));
}

TEST(ReadConfigFileTest, RefusesADirectory) {
  EXPECT_THAT(std::string(ReadConfigFile("/tmp").status().message()),
              HasSubstr("Is a directory"));
}

TEST(ReadConfigFileTest, StopsReadingWhereATextIsTooLarge) {
  const auto text = ReadConfigFile("/dev/zero");
  ASSERT_TRUE(text.ok());
  EXPECT_GT(text->size(), kMaxConfigBytes);
  EXPECT_LE(text->size(), kMaxConfigBytes + 65536);
}

TEST(PlaceIndexTest, CountsLinesAndCharactersFromOne) {
  const std::string text = "ab\nüx\n\nz";
  const PlaceIndex index(text);
  EXPECT_EQ(index.At(0), (Place{1, 1}));
  EXPECT_EQ(index.At(2), (Place{1, 3}));
  EXPECT_EQ(index.At(3), (Place{2, 1}));
  EXPECT_EQ(index.At(5), (Place{2, 2}));
  EXPECT_EQ(index.At(7), (Place{3, 1}));
  EXPECT_EQ(index.At(8), (Place{4, 1}));
  EXPECT_EQ(index.At(999), (Place{4, 2}));
}

TEST(PlaceIndexTest, IsRightFarIntoALongLine) {
  std::string text;
  for (int i = 0; i < 2000; ++i) absl::StrAppend(&text, "ü");
  const PlaceIndex index(text);
  for (int i = 0; i < 2000; ++i) {
    ASSERT_EQ(index.At(2 * i), (Place{1, i + 1}));
  }
}

TEST(PlaceIndexTest, KnowsTheStartOfAnEmptyText) {
  EXPECT_EQ(PlaceIndex("").At(0), (Place{1, 1}));
}

}  // namespace
}  // namespace aigateway

#include "gateway/base/json_text.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using ::testing::Optional;

constexpr size_t kNone = absl::string_view::npos;

TEST(JsonTextTest, KnowsTheGrammarOfNumbers) {
  for (const char* good : {"0", "-0", "10", "1.5", "1e5", "1E+5", "1.0e-05",
                           "123456789012345678901234567890"}) {
    EXPECT_TRUE(IsJsonNumber(good)) << good;
  }
  for (const char* bad :
       {"", "-", "+1", "01", "-01", "1.", ".1", "1.e5", "1e", "1e+", "0x1",
        "1 ", " 1", "1a", "--1", "Infinity", "1.5.2", "1e5.0"}) {
    EXPECT_FALSE(IsJsonNumber(bad)) << bad;
  }
}

TEST(JsonTextTest, ReadsWholeNumbersExactly) {
  EXPECT_THAT(WholeNumber("9007199254740993"), Optional(9007199254740993));
  EXPECT_THAT(WholeNumber("9007199254740993.000"), Optional(9007199254740993));
  EXPECT_THAT(WholeNumber("900719925474099.3e1"), Optional(9007199254740993));
  EXPECT_THAT(WholeNumber("1200e-2"), Optional(12));
  EXPECT_THAT(WholeNumber("-0.0"), Optional(0));
  EXPECT_THAT(WholeNumber("0e999999999999999999999"), Optional(0));
  EXPECT_THAT(WholeNumber("0.000e-999999999999999999999"), Optional(0));
  EXPECT_THAT(WholeNumber("1e18"), Optional(1000000000000000000));
  EXPECT_THAT(WholeNumber("-9223372036854775808.0"), Optional(INT64_MIN));
}

TEST(JsonTextTest, GivesNoWholeNumberForOthers) {
  EXPECT_EQ(WholeNumber("1.5"), std::nullopt);
  EXPECT_EQ(WholeNumber("15e-1"), std::nullopt);
  EXPECT_EQ(WholeNumber("1e19"), std::nullopt);
  EXPECT_EQ(WholeNumber("1e999999999999999999999"), std::nullopt);
  EXPECT_EQ(WholeNumber("1e-999999999999999999999"), std::nullopt);
  EXPECT_EQ(WholeNumber("9223372036854775808"), std::nullopt);
  EXPECT_EQ(WholeNumber("-9223372036854775809"), std::nullopt);
  EXPECT_EQ(WholeNumber("x"), std::nullopt);
}

TEST(JsonTextTest, CountsExponentsAgainstVeryLongNumbers) {
  EXPECT_THAT(WholeNumber("1" + std::string(100000, '0') + "e-100000"),
              Optional(1));
  EXPECT_THAT(WholeNumber("0." + std::string(99999, '0') + "1e100000"),
              Optional(1));
}

TEST(JsonTextTest, ReadsTheNearestDouble) {
  EXPECT_THAT(NearestDouble("0.1"), Optional(0.1));
  EXPECT_THAT(NearestDouble("1.7976931348623157e308"),
              Optional(1.7976931348623157e308));
  EXPECT_EQ(NearestDouble("1.8e308"), std::nullopt);
  EXPECT_EQ(NearestDouble("-1.8e308"), std::nullopt);
  EXPECT_THAT(NearestDouble("-1e-999"), Optional(0.0));
  EXPECT_EQ(NearestDouble(""), std::nullopt);
  EXPECT_EQ(NearestDouble("1x"), std::nullopt);
}

TEST(JsonTextTest, ChecksEscapes) {
  bool has_escapes = true;
  EXPECT_TRUE(CheckEscapes("plain", &has_escapes));
  EXPECT_FALSE(has_escapes);
  EXPECT_TRUE(CheckEscapes(R"(\"\\\/\b\f\n\r\t\uAb09)", &has_escapes));
  EXPECT_TRUE(has_escapes);
  for (const char* bad : {"\\", "a\\", "\\x", "\\u", "\\u12", "\\u12G4",
                          "\\ u0041", "\\U0041", "ok\\n\\'"}) {
    EXPECT_FALSE(CheckEscapes(bad, &has_escapes)) << bad;
  }
}

TEST(JsonTextTest, FindsHalvesOfSurrogatePairs) {
  EXPECT_EQ(FindLoneSurrogate("", 0), kNone);
  EXPECT_EQ(FindLoneSurrogate(R"(a\u0041)", 0), kNone);
  EXPECT_EQ(FindLoneSurrogate(R"(\ud83d\ude00)", 0), kNone);
  EXPECT_EQ(FindLoneSurrogate(R"(a\ud83d)", 0), 1u);
  EXPECT_EQ(FindLoneSurrogate(R"(\ude00\ud83d)", 0), 0u);
  EXPECT_EQ(FindLoneSurrogate(R"(\ude00\ud83d)", 6), 6u);
  EXPECT_EQ(FindLoneSurrogate(R"(\ud83d\ud83d\ude00)", 0), 0u);
  EXPECT_EQ(FindLoneSurrogate(R"(\ud83d\ud83d\ude00)", 6), kNone);
  EXPECT_EQ(FindLoneSurrogate(R"(\\ud83d)", 0), kNone);
  EXPECT_EQ(FindLoneSurrogate(R"(\\\uD83D)", 0), 2u);
  EXPECT_EQ(FindLoneSurrogate(R"(\ud83)", 0), kNone);
  EXPECT_EQ(FindLoneSurrogate("\\", 0), kNone);
  EXPECT_EQ(FindLoneSurrogate(R"(\ud83d\u)", 0), 0u);
}

}  // namespace
}  // namespace aigateway

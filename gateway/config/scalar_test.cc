#include "gateway/config/scalar.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/config/yaml_node.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::HasSubstr;

YamlNode Plain(absl::string_view text) {
  YamlNode node;
  node.kind = YamlNode::Kind::kScalar;
  node.text = std::string(text);
  return node;
}

YamlNode Quoted(absl::string_view text) {
  YamlNode node = Plain(text);
  node.quoted = true;
  return node;
}

template <typename T>
std::string Why(const absl::StatusOr<T>& result) {
  return std::string(result.status().message());
}

constexpr int64_t kMin64 = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax64 = std::numeric_limits<int64_t>::max();

TEST(ReadBoolTest, TakesTrueAndFalseInYamlsThreeSpellings) {
  for (const char* text : {"true", "True", "TRUE"}) {
    EXPECT_THAT(ReadBool(Plain(text)), IsOkAndHolds(true));
  }
  for (const char* text : {"false", "False", "FALSE"}) {
    EXPECT_THAT(ReadBool(Plain(text)), IsOkAndHolds(false));
  }
}

TEST(ReadBoolTest, RefusesWhatOnlySomeTakeForOne) {
  for (const char* text :
       {"on", "off", "yes", "no", "y", "1", "0", "", "tRUE", "${FLAG}"}) {
    EXPECT_FALSE(ReadBool(Plain(text)).ok()) << text;
  }
  EXPECT_THAT(Why(ReadBool(Plain("on"))),
              HasSubstr("true or false is expected, not 'on'"));
  EXPECT_THAT(Why(ReadBool(Quoted("true"))), HasSubstr("take the quotes away"));
}

TEST(ReadIntTest, TakesDecimalDigits) {
  EXPECT_THAT(ReadInt(Plain("0"), kMin64, kMax64), IsOkAndHolds(0));
  EXPECT_THAT(ReadInt(Plain("-7"), kMin64, kMax64), IsOkAndHolds(-7));
  EXPECT_THAT(ReadInt(Plain("9223372036854775807"), kMin64, kMax64),
              IsOkAndHolds(kMax64));
  EXPECT_THAT(ReadInt(Plain("-9223372036854775808"), kMin64, kMax64),
              IsOkAndHolds(kMin64));
}

TEST(ReadIntTest, RefusesEveryOtherWayToWriteANumber) {
  for (const char* text :
       {"", "-", "+1", "1.0", "1e3", "0x10", "0o17", "0b1", "1_000", "1,000",
        " 1", "1 ", ".inf", "nan", "١", "--1", "~", "1h"}) {
    EXPECT_FALSE(ReadInt(Plain(text), kMin64, kMax64).ok()) << text;
  }
}

TEST(ReadIntTest, SaysWhyALeadingZeroIsRefused) {
  EXPECT_THAT(Why(ReadInt(Plain("0010"), kMin64, kMax64)),
              HasSubstr("'0010' has a leading zero"));
  EXPECT_THAT(Why(ReadInt(Plain("-01"), kMin64, kMax64)),
              HasSubstr("leading zero"));
}

TEST(ReadIntTest, SaysThatVariablesAreForTexts) {
  EXPECT_THAT(Why(ReadInt(Plain("${N}"), kMin64, kMax64)),
              HasSubstr("variables are expanded in texts only"));
}

TEST(ReadIntTest, NamesTheRange) {
  EXPECT_THAT(Why(ReadInt(Plain("11"), -5, 10)), HasSubstr("from -5 to 10"));
  EXPECT_THAT(Why(ReadInt(Plain("99999999999999999999"), kMin64, kMax64)),
              HasSubstr("out of range"));
}

TEST(ReadUintTest, HasNoNegativeNumbers) {
  EXPECT_THAT(ReadUint(Plain("18446744073709551615"),
                       std::numeric_limits<uint64_t>::max()),
              IsOkAndHolds(std::numeric_limits<uint64_t>::max()));
  EXPECT_THAT(Why(ReadUint(Plain("-1"), 10)), HasSubstr("from 0 to 10"));
  EXPECT_THAT(Why(ReadUint(Plain("11"), 10)), HasSubstr("from 0 to 10"));
  EXPECT_FALSE(ReadUint(Quoted("1"), 10).ok());
}

TEST(ReadDoubleTest, TakesJsonsNumbers) {
  EXPECT_THAT(ReadDouble(Plain("0.25")), IsOkAndHolds(0.25));
  EXPECT_THAT(ReadDouble(Plain("-1e3")), IsOkAndHolds(-1000.0));
  EXPECT_THAT(ReadDouble(Plain("7")), IsOkAndHolds(7.0));
  EXPECT_THAT(ReadDouble(Plain("0e5")), IsOkAndHolds(0.0));
}

TEST(ReadDoubleTest, KnowsOneZero) {
  EXPECT_FALSE(std::signbit(*ReadDouble(Plain("-0.0"))));
  EXPECT_FALSE(std::signbit(*ReadDouble(Plain("-0"))));
}

TEST(ReadDoubleTest, RefusesWhatIsNoFiniteNumber) {
  for (const char* text : {".5", "5.", ".inf", "-.inf", ".nan", "inf", "nan",
                           "1e", "0x1p3", "01.5", "1_0.5", "", "1.5s"}) {
    EXPECT_FALSE(ReadDouble(Plain(text)).ok()) << text;
  }
  EXPECT_THAT(Why(ReadDouble(Plain("1e400"))), HasSubstr("too large"));
  EXPECT_THAT(Why(ReadDouble(Plain("-1e400"))), HasSubstr("too large"));
}

TEST(ReadDoubleTest, RefusesWhatWouldSilentlyBecomeZero) {
  EXPECT_THAT(Why(ReadDouble(Plain("1e-400"))), HasSubstr("so small"));
  EXPECT_THAT(Why(ReadDouble(Plain("0.0001e-999"))), HasSubstr("so small"));
  EXPECT_THAT(ReadDouble(Plain("0.000e-999")), IsOkAndHolds(0.0));
}

TEST(NumberFormTest, TellsWholeFromReal) {
  EXPECT_EQ(NumberFormOf("-12"), NumberForm::kWhole);
  EXPECT_EQ(NumberFormOf("1.0"), NumberForm::kReal);
  EXPECT_EQ(NumberFormOf("1E+2"), NumberForm::kReal);
  EXPECT_EQ(NumberFormOf("1x"), NumberForm::kNone);
}

}  // namespace
}  // namespace aigateway

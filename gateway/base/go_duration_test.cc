#include "gateway/base/go_duration.h"

#include <cstdint>
#include <limits>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/random.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(GoDurationTest, ReadsWhatGoReads) {
  EXPECT_THAT(ParseGoDuration("0"), IsOkAndHolds(absl::ZeroDuration()));
  EXPECT_THAT(ParseGoDuration("500ms"), IsOkAndHolds(absl::Milliseconds(500)));
  EXPECT_THAT(ParseGoDuration("1m30s"), IsOkAndHolds(absl::Seconds(90)));
  EXPECT_THAT(ParseGoDuration("1.5h"), IsOkAndHolds(absl::Minutes(90)));
  EXPECT_THAT(ParseGoDuration(".5s"), IsOkAndHolds(absl::Milliseconds(500)));
  EXPECT_THAT(ParseGoDuration("5.s"), IsOkAndHolds(absl::Seconds(5)));
  EXPECT_THAT(ParseGoDuration("+5s"), IsOkAndHolds(absl::Seconds(5)));
  EXPECT_THAT(ParseGoDuration("-2s"), IsOkAndHolds(-absl::Seconds(2)));
  EXPECT_THAT(ParseGoDuration("-0"), IsOkAndHolds(absl::ZeroDuration()));
  EXPECT_THAT(ParseGoDuration("3s1h"), IsOkAndHolds(absl::Seconds(3603)));
  EXPECT_THAT(ParseGoDuration("1h2m3s4ms5us6ns"),
              IsOkAndHolds(absl::Hours(1) + absl::Minutes(2) +
                           absl::Seconds(3) + absl::Milliseconds(4) +
                           absl::Microseconds(5) + absl::Nanoseconds(6)));
}

TEST(GoDurationTest, ReadsBothLettersMu) {
  EXPECT_THAT(ParseGoDuration("7\xC2\xB5s"),
              IsOkAndHolds(absl::Microseconds(7)));
  EXPECT_THAT(ParseGoDuration("7\xCE\xBCs"),
              IsOkAndHolds(absl::Microseconds(7)));
}

TEST(GoDurationTest, CutsOffWhatIsFinerThanANanosecond) {
  EXPECT_THAT(ParseGoDuration("1.9ns"), IsOkAndHolds(absl::Nanoseconds(1)));
  EXPECT_THAT(ParseGoDuration("0.9999999999999999999999999s"),
              IsOkAndHolds(absl::Nanoseconds(999999999)));
  EXPECT_THAT(ParseGoDuration("0.100000000000000000000h"),
              IsOkAndHolds(absl::Minutes(6)));
}

TEST(GoDurationTest, RefusesWhatGoRefuses) {
  for (const char* text :
       {"",   "-",  "+",   "3",      "00",   "1.5",      "s",      ".s",
        "1",  "1x", "1mx", "1 s",    " 1s",  "1s ",      "1s-2s",  "--1s",
        "1S", "1d", "1w",  "1.2.3s", "1e3s", "infinity", "1\xC2s", "\xFF"}) {
    EXPECT_THAT(ParseGoDuration(text),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("not a duration")))
        << text;
  }
}

TEST(GoDurationTest, SaysWhatIsWrongAndHowToWriteIt) {
  EXPECT_THAT(ParseGoDuration("30"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("unit is missing"), HasSubstr("1m30s"),
                             Not(HasSubstr("30\"")))));
}

TEST(GoDurationTest, HoldsTheRangeOfGoAndNoMore) {
  EXPECT_THAT(
      ParseGoDuration("9223372036854775807ns"),
      IsOkAndHolds(absl::Nanoseconds(std::numeric_limits<int64_t>::max())));
  EXPECT_THAT(
      ParseGoDuration("-9223372036854775808ns"),
      IsOkAndHolds(absl::Nanoseconds(std::numeric_limits<int64_t>::min())));
  for (const char* text :
       {"9223372036854775808ns", "-9223372036854775809ns",
        "18446744073709551616ns", "2562048h", "99999999999999999999999h",
        "9223372036854775807ns1ns",
        "9223372036854775807ns9223372036854775807"
        "ns9223372036854775807ns"}) {
    EXPECT_FALSE(ParseGoDuration(text).ok()) << text;
  }
}

TEST(GoDurationTest, WritesWhatGoWrites) {
  EXPECT_EQ(FormatGoDuration(absl::ZeroDuration()), "0s");
  EXPECT_EQ(FormatGoDuration(absl::Nanoseconds(1)), "1ns");
  EXPECT_EQ(FormatGoDuration(absl::Nanoseconds(1100)), "1.1\xC2\xB5s");
  EXPECT_EQ(FormatGoDuration(absl::Microseconds(2200)), "2.2ms");
  EXPECT_EQ(FormatGoDuration(absl::Milliseconds(3300)), "3.3s");
  EXPECT_EQ(FormatGoDuration(absl::Seconds(90)), "1m30s");
  EXPECT_EQ(FormatGoDuration(absl::Hours(1)), "1h0m0s");
  EXPECT_EQ(FormatGoDuration(absl::Seconds(245) + absl::Milliseconds(5)),
            "4m5.005s");
  EXPECT_EQ(FormatGoDuration(-absl::Milliseconds(1500)), "-1.5s");
  EXPECT_EQ(FormatGoDuration(absl::InfiniteDuration()),
            "2562047h47m16.854775807s");
  EXPECT_EQ(FormatGoDuration(-absl::InfiniteDuration()),
            "-2562047h47m16.854775808s");
}

TEST(GoDurationTest, ReadsBackWhatItWrites) {
  Random random(3);
  for (int i = 0; i < 10000; ++i) {
    // Of every size: as many bits as chance says.
    const auto nanoseconds =
        static_cast<int64_t>(random.Next()) >> (random.Next() % 64);
    const absl::Duration duration = absl::Nanoseconds(nanoseconds);
    EXPECT_THAT(ParseGoDuration(FormatGoDuration(duration)),
                IsOkAndHolds(duration))
        << nanoseconds;
  }
}

}  // namespace
}  // namespace aigateway

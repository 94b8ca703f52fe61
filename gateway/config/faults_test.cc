#include "gateway/config/faults.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/config/config_testing.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(FaultsTest, NoneIsOk) { EXPECT_TRUE(Faults("f").ToStatus().ok()); }

TEST(FaultsTest, OneIsAnInvalidConfigWithPlaceAndPath) {
  Faults faults("gateway.yaml");
  faults.Add("targets[0].weight", {3, 9}, "is negative");
  const absl::Status status = faults.ToStatus();

  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(status), ErrorReason::kInvalidConfig);
  EXPECT_EQ(status.message(),
            "gateway.yaml:3:9: targets[0].weight: is negative");
  ASSERT_THAT(GetViolations(status), SizeIs(1));
  EXPECT_EQ(GetViolations(status)[0].field, "targets[0].weight");
  EXPECT_EQ(GetViolations(status)[0].description,
            "gateway.yaml:3:9: is negative");
}

TEST(FaultsTest, ComeInTheOrderOfTheText) {
  Faults faults("f");
  faults.Add("nowhere", {}, "x");
  faults.Add("late", {9, 1}, "x");
  faults.Add("second", {2, 7}, "x");
  faults.Add("first", {2, 1}, "x");
  faults.Add("first again", {2, 1}, "x");
  EXPECT_THAT(FaultsIn(faults.ToStatus()),
              ElementsAre("first: 2:1: x", "first again: 2:1: x",
                          "second: 2:7: x", "late: 9:1: x", "nowhere:  x"));
  EXPECT_THAT(std::string(faults.ToStatus().message()),
              HasSubstr("f:2:1: first: x (and 4 more faults)"));
}

TEST(FaultsTest, WithoutAFileShowPathsAlone) {
  Faults faults("");
  faults.Add("a.b", {}, "is wrong");
  EXPECT_EQ(faults.ToStatus().message(), "a.b: is wrong");
  EXPECT_EQ(GetViolations(faults.ToStatus())[0].description, "is wrong");
}

TEST(FaultsTest, KeepAHundredAndCountTheRest) {
  Faults faults("f");
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(faults.full(), i >= 100);
    faults.Add(absl::StrCat("a", i), {1, 1}, "x");
  }
  EXPECT_EQ(faults.size(), 1000);
  const absl::Status status = faults.ToStatus();
  ASSERT_THAT(GetViolations(status), SizeIs(101));
  EXPECT_EQ(GetViolations(status)[100].description, "f: and 900 more faults");
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("(and 999 more faults)"));
}

TEST(FaultsTest, AreOneBoundedLineEach) {
  Faults faults(std::string(10000, 'f') + "\n");
  faults.Add(std::string(10000, 'p'), {1, 1}, std::string(10000, 'w') + "\nx");
  const absl::Status status = faults.ToStatus();
  EXPECT_LT(status.message().size(), 1500);
  EXPECT_EQ(status.message().find('\n'), absl::string_view::npos);
}

TEST(FaultsTest, CoverWhatStandsInsideAFaultyValue) {
  Faults faults("f");
  faults.Add("targets[1].retry", {}, "x");
  faults.Add("", {}, "of the whole text");
  EXPECT_TRUE(faults.Covers("targets[1].retry"));
  EXPECT_TRUE(faults.Covers("targets[1].retry.attempts"));
  EXPECT_TRUE(faults.Covers("targets[1].retry[2]"));
  EXPECT_FALSE(faults.Covers("targets[1].retry_more"));
  EXPECT_FALSE(faults.Covers("targets[1]"));
  EXPECT_FALSE(faults.Covers("targets[11].retry"));
}

TEST(QuoteForMessageTest, ShortensAndKeepsOneLine) {
  EXPECT_EQ(QuoteForMessage("a\nb"), "'a b'");
  EXPECT_LE(QuoteForMessage(std::string(1000, 'x')).size(), 50);
  EXPECT_EQ(QuoteForMessage("\xff"), "'\xef\xbf\xbd'");
}

}  // namespace
}  // namespace aigateway

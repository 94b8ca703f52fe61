#include "providers/simulator_options.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = SimulatorFault::Kind;

class SimulatorOptionsTest : public ::testing::Test {
 protected:
  SimulatorOptions Read(absl::string_view json) {
    return ReadSimulatorOptions(json, "options", &violations_);
  }
  // The one fault of options that have nothing else.
  SimulatorFault ReadFault(absl::string_view json) {
    const SimulatorOptions options =
        Read(absl::StrCat("{\"fault\":", json, "}"));
    EXPECT_THAT(violations_, IsEmpty()) << violations_.front().description;
    return options.faults.value_or(std::vector<SimulatorFault>(1)).front();
  }
  static auto Violation(absl::string_view field, absl::string_view words) {
    return AllOf(
        Field(&FieldViolation::field, std::string(field)),
        Field(&FieldViolation::description, HasSubstr(std::string(words))));
  }

  std::vector<FieldViolation> violations_;
};

TEST_F(SimulatorOptionsTest, LeavesUnsetWhatIsNotGiven) {
  const SimulatorOptions options = Read("{}");

  EXPECT_THAT(violations_, IsEmpty());
  EXPECT_FALSE(options.first_token_delay.has_value());
  EXPECT_FALSE(options.token_interval.has_value());
  EXPECT_FALSE(options.tokens.has_value());
  EXPECT_FALSE(options.cached_tokens.has_value());
  EXPECT_FALSE(options.faults.has_value());
}

TEST_F(SimulatorOptionsTest, ReadsPaceAndSizes) {
  const SimulatorOptions options = Read(
      R"({"first_token_delay":"1m30s","token_interval":"20ms","tokens":60,
          "cached_tokens":0})");

  EXPECT_THAT(violations_, IsEmpty());
  EXPECT_EQ(options.first_token_delay, absl::Seconds(90));
  EXPECT_EQ(options.token_interval, absl::Milliseconds(20));
  EXPECT_EQ(options.tokens, 60);
  EXPECT_EQ(options.cached_tokens, 0);
}

TEST_F(SimulatorOptionsTest, ReadsWhereUsageIsReportedForTheFirstTime) {
  const SimulatorFault fault =
      ReadFault(R"({"type":"double_usage","after_tokens":20})");

  EXPECT_EQ(fault.kind, Kind::kDoubleUsage);
  EXPECT_EQ(fault.after_tokens, 20);
}

TEST_F(SimulatorOptionsTest, ReadsOneFaultOrAList) {
  EXPECT_THAT(Read(R"({"fault":{"type":"cut"}})").faults,
              testing::Optional(SizeIs(1)));
  const SimulatorOptions list =
      Read(R"({"fault":[{"type":"error","times":2},{"type":"late"}]})");
  ASSERT_THAT(list.faults, testing::Optional(SizeIs(2)));
  EXPECT_EQ((*list.faults)[0].kind, Kind::kError);
  EXPECT_EQ((*list.faults)[1].kind, Kind::kLate);
  EXPECT_THAT(Read(R"({"fault":[]})").faults, testing::Optional(IsEmpty()));
  EXPECT_THAT(violations_, IsEmpty());
}

TEST_F(SimulatorOptionsTest, ReadsEverySettingOfAFault) {
  // The type may come last.
  const SimulatorFault error = ReadFault(
      R"({"status":503,"message":"busy","retry_after":"2s","times":3,
          "during":"1m","key":"k","type":"error"})");
  EXPECT_EQ(error.status, 503);
  EXPECT_EQ(error.message, "busy");
  EXPECT_EQ(error.retry_after, absl::Seconds(2));
  EXPECT_EQ(error.times, 3);
  EXPECT_EQ(error.during, absl::Minutes(1));
  EXPECT_EQ(error.key, "k");

  const SimulatorFault stall =
      ReadFault(R"({"type":"stall","after_tokens":0,"silence":"5s"})");
  EXPECT_EQ(stall.after_tokens, 0);
  EXPECT_EQ(stall.silence, absl::Seconds(5));

  const SimulatorFault trickle =
      ReadFault(R"({"type":"trickle","bytes":7,"interval":"1ms"})");
  EXPECT_EQ(trickle.bytes, 7);
  EXPECT_EQ(trickle.interval, absl::Milliseconds(1));

  EXPECT_EQ(ReadFault(R"({"type":"late","delay":"3s"})").delay,
            absl::Seconds(3));
  EXPECT_EQ(ReadFault(R"({"type":"redirect","location":"http://x/"})").location,
            "http://x/");
}

TEST_F(SimulatorOptionsTest, FillsInDefaults) {
  EXPECT_EQ(ReadFault(R"({"type":"error"})").status, 500);
  EXPECT_EQ(ReadFault(R"({"type":"error"})").key, "error");
  EXPECT_EQ(ReadFault(R"({"type":"error_event"})").after_tokens, 0);
  EXPECT_EQ(ReadFault(R"({"type":"html"})").status, 200);
  EXPECT_EQ(ReadFault(R"({"type":"redirect"})").status, 307);
  EXPECT_THAT(ReadFault(R"({"type":"redirect"})").location,
              HasSubstr("elsewhere.invalid"));
  EXPECT_EQ(ReadFault(R"({"type":"huge_head"})").bytes, 1 << 20);
  EXPECT_EQ(ReadFault(R"({"type":"late"})").delay, absl::Seconds(20));
  EXPECT_EQ(ReadFault(R"({"type":"stall"})").silence, absl::Seconds(30));
  EXPECT_FALSE(ReadFault(R"({"type":"cut"})").after_tokens.has_value());
  EXPECT_FALSE(ReadFault(R"({"type":"silence"})").silence.has_value());
}

TEST_F(SimulatorOptionsTest, RefusesUnknownOptionsAndNamesTheNearest) {
  Read(R"({"token_intervall":"1s","zzz":1})");
  EXPECT_THAT(violations_,
              ElementsAre(Violation("options.token_intervall",
                                    "did you mean 'token_interval'?"),
                          Violation("options.zzz", "there are first_token")));
}

TEST_F(SimulatorOptionsTest, RefusesUnknownFaultsAndSettings) {
  Read(R"({"fault":{"type":"errror"}})");
  Read(R"({"fault":{}})");
  Read(R"({"fault":[{"type":"cut"},{"type":"cut","after_token":3}]})");
  Read(R"({"fault":{"type":"cut","status":500}})");
  EXPECT_THAT(
      violations_,
      ElementsAre(Violation("options.fault.type", "did you mean 'error'?"),
                  Violation("options.fault.type", "is missing; there are"),
                  Violation("options.fault[1].after_token",
                            "did you mean 'after_tokens'?"),
                  Violation("options.fault.status", "'cut' has no setting")));
}

TEST_F(SimulatorOptionsTest, RefusesValuesOfTheWrongKindOrSize) {
  const char* const refused[] = {
      R"({"tokens":0})",
      R"({"tokens":50001})",
      R"({"tokens":"60"})",
      R"({"tokens":1.5})",
      R"({"tokens":null})",
      R"({"cached_tokens":-1})",
      R"({"first_token_delay":5})",
      R"({"first_token_delay":"5"})",
      R"({"token_interval":"-1s"})",
      R"({"token_interval":"2h"})",
      R"({"fault":"cut"})",
      R"({"fault":[7]})",
      R"({"fault":{"type":7}})",
      R"({"fault":{"type":"error","status":302}})",
      R"({"fault":{"type":"error","status":600}})",
      R"({"fault":{"type":"redirect","status":200}})",
      R"({"fault":{"type":"error","times":0}})",
      R"({"fault":{"type":"error","key":""}})",
      R"({"fault":{"type":"error","message":"a\nb"}})",
      R"({"fault":{"type":"redirect","location":"http://x/\r\ny: z"}})",
      R"({"fault":{"type":"huge_event","bytes":67108865}})",
      R"([])",
      R"({"tokens":60)",
      R"()",
  };
  for (const char* json : refused) {
    violations_.clear();
    Read(json);
    EXPECT_THAT(violations_, SizeIs(1)) << json;
  }
}

TEST_F(SimulatorOptionsTest, RefusesTooManyFaults) {
  std::string faults = R"({"type":"cut"})";
  for (int i = 0; i < 16; ++i) faults += R"(,{"type":"cut"})";
  Read(absl::StrCat("{\"fault\":[", faults, "]}"));
  EXPECT_THAT(violations_,
              ElementsAre(Violation("options.fault", "more than 16")));
}

TEST_F(SimulatorOptionsTest, ReportsAllFaultsAtOnceAndShowsLittleOfLongNames) {
  Read(absl::StrCat(R"({"tokens":0,")", std::string(100'000, 'x'),
                    R"(":1,"fault":{"type":"cut","a":1,"b":2}})"));
  EXPECT_THAT(violations_, SizeIs(4));
  for (const FieldViolation& violation : violations_) {
    EXPECT_LT(violation.field.size() + violation.description.size(), 1000u);
  }
}

TEST_F(SimulatorOptionsTest, OverridesOnlyWhatIsSet) {
  SimulatorOptions options = Read(R"({"tokens":5,"first_token_delay":"1s"})");
  options.Override(Read(R"({"tokens":6,"fault":[]})"));

  EXPECT_EQ(options.tokens, 6);
  EXPECT_EQ(options.first_token_delay, absl::Seconds(1));
  EXPECT_THAT(options.faults, testing::Optional(IsEmpty()));
}

}  // namespace
}  // namespace aigateway

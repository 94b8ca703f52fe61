#include "gateway/observe/request_log.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/clock.h"
#include "gateway/base/errors.h"

namespace aigateway {
namespace {

using testing::HasSubstr;

class StringSink final : public LogSink {
 public:
  void Write(absl::string_view line) override {
    text.append(line.data(), line.size());
  }
  std::string text;
};

class RequestLogTest : public testing::Test {
 protected:
  std::string Log(RequestRecord record) {
    record.route = &route_;
    log_.OnRequestEnd(record);
    return sink_.text;
  }

  StringSink sink_;
  Logger logger_{{}, Clock::Real(), &sink_};
  RequestLog log_{&logger_};
  v1::RouteInfo route_;
};

TEST_F(RequestLogTest, WritesOneLineWithIdsTargetAndUsage) {
  route_.set_request_id("r1");
  route_.set_trace_id("t1");
  route_.set_target("a");
  v1::Usage usage;
  usage.set_prompt_tokens(3);
  const std::string line =
      Log({.model = "m1", .status = absl::OkStatus(), .usage = &usage});
  for (const char* part :
       {"\"request_id\":\"r1\"", "\"trace_id\":\"t1\"", "\"target\":\"a\"",
        "\"model\":\"m1\"", "\"code\":\"OK\"", "\"prompt_tokens\":3"}) {
    EXPECT_THAT(line, HasSubstr(part));
  }
  EXPECT_EQ(line.find('\n'), line.size() - 1);
}

TEST_F(RequestLogTest, NamesTheReasonOfAFailureAndWarnsOfIt) {
  const std::string line =
      Log({.model = "m1",
           .status = Error(ErrorReason::kStreamIdle, "silent\nfor long")});
  EXPECT_THAT(line, HasSubstr("\"code\":\"STREAM_IDLE\""));
  EXPECT_THAT(line, HasSubstr("warning"));
  EXPECT_EQ(line.find('\n'), line.size() - 1);
}

TEST_F(RequestLogTest, WritesTheDecisionOfASampledRequest) {
  v1::RouteDecision decision;
  decision.set_matched_condition("strategy.conditions[2]");
  v1::PlannedTarget& tried = *decision.add_targets();
  tried.set_target("a");
  tried.set_explanation("the first in order");
  v1::PlannedTarget& skipped = *decision.add_skipped_targets();
  skipped.set_target("b");
  skipped.set_explanation("its breaker is open for 3s more");
  EXPECT_THAT(
      Log({.model = "m1", .decision = &decision}),
      HasSubstr("\"decision\":\"by strategy.conditions[2]; a: the first "
                "in order; not b: its breaker is open for 3s more\""));
}

TEST_F(RequestLogTest, ADecisionAboutManyTargetsIsCut) {
  v1::RouteDecision decision;
  for (int i = 0; i < 10000; ++i) {
    decision.add_targets()->set_target("target");
  }
  EXPECT_LT(Log({.model = "m1", .decision = &decision}).size(), 4096u);
}

}  // namespace
}  // namespace aigateway

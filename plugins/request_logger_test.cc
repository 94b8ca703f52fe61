#include "plugins/request_logger.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "gateway/base/errors.h"
#include "tests/fakes/plugin_fixture.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using config::v1::RequestLoggerSettings;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class RequestLoggerTest : public PluginFixture {
 protected:
  RequestLoggerTest() {
    route_.set_request_id("r1");
    route_.set_target("t1");
    caller_ = "alice";
    chat_.mutable_messages(0)->set_content("a secret");
  }

  RequestLogger plugin_{LogLevel::kInfo};
};

TEST_F(RequestLoggerTest, LogsARequestAndItsAnswerButNotWhatIsSaid) {
  EXPECT_THAT(Before(plugin_), IsOk());
  EXPECT_THAT(
      logged_,
      AllOf(HasSubstr("\"request begins\""), HasSubstr("\"request_id\":\"r1\""),
            HasSubstr("\"method\":\"Route\""),
            HasSubstr("\"caller\":\"alice\""), HasSubstr("\"model\":\"m1\""),
            HasSubstr("\"messages\":1")));
  logged_.clear();
  timers_.Advance(absl::Milliseconds(250));
  v1::ChatResponse response;
  response.add_choices()->set_finish_reason(v1::FINISH_REASON_STOP);
  response.mutable_choices(0)->mutable_message()->set_content("a secret");
  response.mutable_usage()->set_prompt_tokens(7);
  EXPECT_THAT(After(plugin_, response), IsOk());
  EXPECT_THAT(
      logged_,
      AllOf(HasSubstr("\"request answered\""),
            HasSubstr("\"request_id\":\"r1\""), HasSubstr("\"target\":\"t1\""),
            HasSubstr("\"elapsed_ms\":250"),
            HasSubstr("\"finish\":\"FINISH_REASON_STOP\""),
            HasSubstr("\"prompt_tokens\":7"),
            Not(HasSubstr("completion_tokens")), Not(HasSubstr("secret"))));
}

TEST_F(RequestLoggerTest, TellsAStreamFromAWholeAnswer) {
  stream_ = true;
  EXPECT_THAT(Before(plugin_), IsOk());
  EXPECT_THAT(logged_, HasSubstr("\"method\":\"RouteStream\""));
  logged_.clear();
  v1::ChatResponse joined;
  joined.add_choices()->set_finish_reason(v1::FINISH_REASON_LENGTH);
  EXPECT_THAT(After(plugin_, joined), IsOk());
  EXPECT_THAT(logged_, AllOf(HasSubstr("\"method\":\"RouteStream\""),
                             HasSubstr("FINISH_REASON_LENGTH")));
}

TEST_F(RequestLoggerTest, LogsAFailureAsAWarningAtLeast) {
  EXPECT_THAT(OnError(plugin_, Error(ErrorReason::kModelNotFound, "no m1")),
              IsOk());
  EXPECT_THAT(logged_, AllOf(HasSubstr("\"level\":\"warning\""),
                             HasSubstr("\"request failed\""),
                             HasSubstr("\"reason\":\"MODEL_NOT_FOUND\""),
                             HasSubstr("\"error\":\"no m1\"")));
}

TEST_F(RequestLoggerTest, WritesNothingBelowTheLogsOwnLevel) {
  RequestLogger quiet(LogLevel::kDebug);
  EXPECT_THAT(Before(quiet), IsOk());
  EXPECT_THAT(logged_, IsEmpty());
}

TEST_F(RequestLoggerTest, RefusesWhatItDoesNotKnowOrHave) {
  RequestLoggerSettings settings;
  settings.set_level("loud");
  settings.set_persist(true);
  const std::vector<FieldViolation> faults =
      GetViolations(RequestLogger::Create(settings).status());
  ASSERT_EQ(faults.size(), 2);
  EXPECT_EQ(faults[0].field, "level");
  EXPECT_EQ(faults[1].field, "persist");
  EXPECT_THAT(RequestLogger::Create(RequestLoggerSettings()), IsOk());
}

}  // namespace
}  // namespace aigateway

#include "plugins/external/external_verdict.h"

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"

#include "gateway/base/errors.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::HasSubstr;

v1::BeforeRequestResponse Denying(v1::ErrorReason reason,
                                  const std::string& message = "") {
  v1::BeforeRequestResponse response;
  response.mutable_deny()->set_reason(reason);
  response.mutable_deny()->set_message(message);
  return response;
}

// An answer with a choice for each index, all of them ended.
v1::ChatResponse Answer(const std::vector<int>& indexes) {
  v1::ChatResponse answer;
  for (const int index : indexes) {
    v1::Choice& choice = *answer.add_choices();
    choice.set_index(index);
    choice.set_finish_reason(v1::FINISH_REASON_STOP);
    choice.mutable_message()->set_content("said");
  }
  return answer;
}

v1::BeforeRequestResponse Answering(v1::ChatResponse answer) {
  v1::BeforeRequestResponse response;
  *response.mutable_answer()->mutable_response() = std::move(answer);
  return response;
}

std::string FaultOf(const absl::StatusOr<Verdict>& verdict) {
  EXPECT_FALSE(verdict.ok());
  return std::string(verdict.status().message());
}

TEST(ExternalVerdictTest, TakesNoVerdictForAFault) {
  v1::ChatResponse answer = Answer({0});
  EXPECT_THAT(FaultOf(ReadVerdict(v1::BeforeRequestResponse())),
              HasSubstr("no verdict"));
  EXPECT_THAT(FaultOf(ReadVerdict(v1::AfterRequestResponse(), answer)),
              HasSubstr("no verdict"));
}

TEST(ExternalVerdictTest, BoundsWhatARefusalSays) {
  const absl::StatusOr<Verdict> verdict = ReadVerdict(
      Denying(v1::ERROR_REASON_UNSPECIFIED, std::string(5000, 'x')));
  ASSERT_THAT(verdict, IsOk());
  const Deny& deny = std::get<Deny>(*verdict);
  EXPECT_EQ(deny.message.size(), kMaxDenialBytes);
  EXPECT_EQ(deny.reason, ErrorReason::kGuardrailRejected);
  EXPECT_EQ(deny.retry_after, std::nullopt);
}

TEST(ExternalVerdictTest, SaysSomethingForARefusalWithoutWords) {
  const absl::StatusOr<Verdict> verdict =
      ReadVerdict(Denying(v1::ERROR_REASON_RATE_LIMITED));
  ASSERT_THAT(verdict, IsOk());
  EXPECT_EQ(std::get<Deny>(*verdict).reason, ErrorReason::kRateLimited);
  EXPECT_NE(std::get<Deny>(*verdict).message, "");
}

TEST(ExternalVerdictTest, RefusesForNoReasonThatIsNotAPlugins) {
  for (const int reason :
       {int{v1::ERROR_REASON_INTERNAL}, int{v1::ERROR_REASON_CIRCUIT_OPEN},
        int{v1::ERROR_REASON_INVALID_API_KEY}, 77777, -1}) {
    EXPECT_THAT(
        FaultOf(ReadVerdict(Denying(static_cast<v1::ErrorReason>(reason)))),
        HasSubstr("not a plugin's"));
  }
}

TEST(ExternalVerdictTest, BoundsTheWaitOfARefusal) {
  const auto waiting = [](int64_t seconds, int32_t nanos) {
    v1::BeforeRequestResponse response = Denying(v1::ERROR_REASON_RATE_LIMITED);
    response.mutable_deny()->mutable_retry_after()->set_seconds(seconds);
    response.mutable_deny()->mutable_retry_after()->set_nanos(nanos);
    return ReadVerdict(response);
  };
  const absl::StatusOr<Verdict> verdict = waiting(1, 500000000);
  ASSERT_THAT(verdict, IsOk());
  EXPECT_EQ(std::get<Deny>(*verdict).retry_after, absl::Milliseconds(1500));
  EXPECT_THAT(waiting(24 * 3600, 0), IsOk());
  EXPECT_THAT(FaultOf(waiting(24 * 3600, 1)), HasSubstr("24 hours"));
  EXPECT_THAT(FaultOf(waiting(-1, 0)), HasSubstr("24 hours"));
  EXPECT_THAT(FaultOf(waiting(0, -1)), HasSubstr("24 hours"));
  EXPECT_THAT(FaultOf(waiting(0, 1000000000)), HasSubstr("24 hours"));
}

TEST(ExternalVerdictTest, HandsOnTheRequestThatItChanged) {
  v1::BeforeRequestResponse response;
  response.mutable_allow();
  absl::StatusOr<Verdict> verdict = ReadVerdict(response);
  ASSERT_THAT(verdict, IsOk());
  EXPECT_EQ(std::get<Allow>(*verdict).chat, nullptr);

  response.mutable_allow()->mutable_chat()->set_model("m2");
  verdict = ReadVerdict(response);
  ASSERT_THAT(verdict, IsOk());
  ASSERT_NE(std::get<Allow>(*verdict).chat, nullptr);
  EXPECT_EQ(std::get<Allow>(*verdict).chat->model(), "m2");
}

TEST(ExternalVerdictTest, AnswersOnlyAsAProviderCould) {
  const absl::StatusOr<Verdict> verdict =
      ReadVerdict(Answering(Answer({0, 1})));
  ASSERT_THAT(verdict, IsOk());
  EXPECT_EQ(std::get<AnswerInstead>(*verdict).response.choices_size(), 2);

  EXPECT_THAT(FaultOf(ReadVerdict(Answering({}))), HasSubstr("no choice"));
  EXPECT_THAT(FaultOf(ReadVerdict(Answering(Answer({1})))),
              HasSubstr("0, 1, 2"));
  v1::ChatResponse endless = Answer({0});
  endless.mutable_choices(0)->clear_finish_reason();
  EXPECT_THAT(FaultOf(ReadVerdict(Answering(endless))),
              HasSubstr("finish_reason"));
}

TEST(ExternalVerdictTest, ChangesAnAnswerButNotWhichChoicesItHas) {
  const auto change = [](v1::ChatResponse changed, v1::ChatResponse& answer) {
    v1::AfterRequestResponse response;
    *response.mutable_allow()->mutable_response() = std::move(changed);
    return ReadVerdict(std::move(response), answer);
  };
  v1::ChatResponse answer = Answer({0, 2});
  v1::ChatResponse changed = answer;
  changed.mutable_choices(1)->mutable_message()->set_content("changed");
  EXPECT_THAT(change(changed, answer), IsOk());
  EXPECT_EQ(answer.choices(1).message().content(), "changed");

  EXPECT_THAT(FaultOf(change(Answer({0}), answer)), HasSubstr("which choices"));
  EXPECT_THAT(FaultOf(change(Answer({0, 1}), answer)),
              HasSubstr("which choices"));
  changed.mutable_choices(0)->clear_finish_reason();
  EXPECT_THAT(FaultOf(change(changed, answer)), HasSubstr("finish_reason"));
  EXPECT_EQ(answer.choices(1).message().content(), "changed");
}

}  // namespace
}  // namespace aigateway

#include "providers/anthropic_parameters.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_writer.h"
#include "providers/anthropic_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class AnthropicParametersTest : public ::testing::Test {
 protected:
  absl::StatusOr<AnthropicParameters> Plan(absl::string_view text,
                                           bool thinks = false) {
    chat_ = ChatOf(text);
    warnings_.clear();
    return PlanAnthropicParameters(
        thinks, AnthropicCall(chat_, model_, on_unsupported_, &warnings_));
  }

  // The members that are sent; or the error.
  std::string Sent(absl::string_view text, bool thinks = false) {
    absl::StatusOr<AnthropicParameters> plan = Plan(text, thinks);
    if (!plan.ok()) return std::string(plan.status().message());
    std::string json;
    JsonWriter out(&json);
    out.StartObject();
    plan->Write(out);
    out.EndObject();
    return json;
  }

  absl::StatusOr<int64_t> MaxTokens(absl::string_view text) {
    chat_ = ChatOf(text);
    warnings_.clear();
    return AnthropicMaxTokens(
        AnthropicCall(chat_, model_, on_unsupported_, &warnings_));
  }

  absl::string_view model_ = "claude-sonnet-4-20250514";
  OnUnsupported on_unsupported_ = OnUnsupported::kDropHints;
  v1::ChatRequest chat_;
  std::vector<std::string> warnings_;
};

TEST_F(AnthropicParametersTest, SendsWhatIsSetAndNothingElse) {
  EXPECT_EQ(Sent(""), "{}");
  EXPECT_EQ(Sent("temperature: 0 top_p: 0.5 stop: 'END' stop: '\\nX' "
                 "user: 'u1' service_tier: 'standard_only'"),
            R"({"temperature":0,"top_p":0.5,"stop_sequences":["END","\nX"],)"
            R"("metadata":{"user_id":"u1"},"service_tier":"standard_only"})");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(AnthropicParametersTest, SendsOneAtMostAsTemperature) {
  EXPECT_EQ(Sent("temperature: 1.7"), R"({"temperature":1})");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.temperature")));
  on_unsupported_ = OnUnsupported::kRefuse;
  EXPECT_THAT(Plan("temperature: 1.7"),
              HasReason(ErrorReason::kUnsupportedParameter));
}

TEST_F(AnthropicParametersTest, RefusesWhatNoProviderTakes) {
  EXPECT_THAT(Plan("temperature: -0.1"),
              HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(Plan("temperature: nan"),
              HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(Plan("top_p: 1.1"), HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(Plan("top_p: nan"), HasReason(ErrorReason::kInvalidRequest));
}

TEST_F(AnthropicParametersTest, LeavesSamplingOutWhereItIsRefused) {
  model_ = "claude-opus-4-7";
  EXPECT_EQ(Sent("temperature: 0.2 top_p: 0.9"), "{}");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.temperature"),
                                     HasSubstr("chat.top_p")));
  // The default says nothing that would be missed.
  EXPECT_EQ(Sent("temperature: 1 top_p: 1"), "{}");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(AnthropicParametersTest, SendsOneOfTwoWhereBothAreRefused) {
  model_ = "claude-sonnet-4-5";
  EXPECT_EQ(Sent("temperature: 0.2 top_p: 0.9"), R"({"temperature":0.2})");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.top_p")));
  EXPECT_EQ(Sent("temperature: 1 top_p: 0.9"), R"({"top_p":0.9})");
  EXPECT_EQ(Sent("temperature: 0.2 top_p: 1"), R"({"temperature":0.2})");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(AnthropicParametersTest, LeavesSamplingOutWhileTheModelThinks) {
  EXPECT_EQ(Sent("temperature: 0.2 top_p: 0.97", /*thinks=*/true),
            R"({"top_p":0.97})");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.temperature")));
  EXPECT_EQ(Sent("top_p: 0.5", /*thinks=*/true), "{}");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.top_p")));
}

TEST_F(AnthropicParametersTest, DoesNotSendWhatClaudeDoesNotKnow) {
  EXPECT_EQ(Sent("seed: 1 presence_penalty: 0.5 frequency_penalty: -1 "
                 "logit_bias { key: '1' value: 2 }"),
            "{}");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.seed"),
                                     HasSubstr("chat.presence_penalty"),
                                     HasSubstr("chat.frequency_penalty"),
                                     HasSubstr("chat.logit_bias")));
}

TEST_F(AnthropicParametersTest, RefusesWhatTheAnswerWouldMiss) {
  for (const char* text : {"n: 2", "logprobs: true", "stop: '\\n'"}) {
    on_unsupported_ = OnUnsupported::kDropHints;
    EXPECT_THAT(Plan(text), HasReason(ErrorReason::kUnsupportedParameter))
        << text;
    on_unsupported_ = OnUnsupported::kDrop;
    EXPECT_EQ(Sent(text), "{}");
    EXPECT_EQ(warnings_.size(), 1u) << text;
  }
}

TEST_F(AnthropicParametersTest, PassesOverWhatAsksForNoMoreThanUsual) {
  on_unsupported_ = OnUnsupported::kRefuse;
  EXPECT_EQ(Sent("n: 1 presence_penalty: 0 frequency_penalty: 0 "
                 "logprobs: false"),
            "{}");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(AnthropicParametersTest, LeavesOutUsersAndTiersThatWouldBeRefused) {
  EXPECT_EQ(Sent(absl::StrCat("user: '", std::string(257, 'u'),
                              "' service_tier: 'flex'")),
            "{}");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.user"),
                                     HasSubstr("chat.service_tier")));
}

TEST_F(AnthropicParametersTest, AsksForTheModelsOwnLimitIfNoneIsGiven) {
  EXPECT_THAT(MaxTokens(""), IsOkAndHolds(64000));
  EXPECT_THAT(MaxTokens("max_output_tokens: 5"), IsOkAndHolds(5));
  EXPECT_THAT(MaxTokens("max_output_tokens: 0"),
              HasReason(ErrorReason::kInvalidRequest));
}

TEST_F(AnthropicParametersTest, AsksForNoMoreThanTheModelWrites) {
  EXPECT_THAT(MaxTokens("max_output_tokens: 100000"), IsOkAndHolds(64000));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("64000")));
  model_ = "m1";
  EXPECT_THAT(MaxTokens("max_output_tokens: 100000"), IsOkAndHolds(100000));
  EXPECT_THAT(warnings_, IsEmpty());
}

}  // namespace
}  // namespace aigateway

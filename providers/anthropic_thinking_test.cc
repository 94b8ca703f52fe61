#include "providers/anthropic_thinking.h"

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

class AnthropicThinkingTest : public ::testing::Test {
 protected:
  absl::StatusOr<AnthropicThinkingPlan> Plan(absl::string_view model,
                                             absl::string_view reasoning) {
    chat_ = ChatOf(absl::StrCat("reasoning {", reasoning, "}"));
    warnings_.clear();
    AnthropicCall call(chat_, model, on_unsupported_, &warnings_);
    return PlanAnthropicThinking(max_tokens_, may_use_budget_, call);
  }

  // The thinking that is sent, and the effort; or the error.
  std::string Sent(absl::string_view model, absl::string_view reasoning) {
    absl::StatusOr<AnthropicThinkingPlan> plan = Plan(model, reasoning);
    if (!plan.ok()) return std::string(plan.status().message());
    std::string json;
    {
      JsonWriter out(&json);
      out.StartObject();
      plan->Write(out);
      out.EndObject();
    }
    return absl::StrCat(json, " ", plan->effort);
  }

  v1::ChatRequest chat_;
  std::vector<std::string> warnings_;
  OnUnsupported on_unsupported_ = OnUnsupported::kDropHints;
  int64_t max_tokens_ = 64000;
  bool may_use_budget_ = true;
};

TEST_F(AnthropicThinkingTest, SaysNothingUnasked) {
  for (const char* model : {"claude-3-opus-20240229", "claude-opus-4-5",
                            "claude-opus-5", "claude-opus-5-5", "m1"}) {
    EXPECT_EQ(Sent(model, ""), "{} ") << model;
    EXPECT_THAT(warnings_, IsEmpty());
  }
}

TEST_F(AnthropicThinkingTest, SendsABudgetToModelsThatTakeOne) {
  EXPECT_EQ(Sent("claude-sonnet-4-5", "budget_tokens: 8192"),
            R"({"thinking":{"type":"enabled","budget_tokens":8192}} )");
  EXPECT_EQ(Sent("claude-sonnet-4-6", "budget_tokens: 8192"),
            R"({"thinking":{"type":"enabled","budget_tokens":8192}} )");
  EXPECT_EQ(Sent("m1", "budget_tokens: 8192"),
            R"({"thinking":{"type":"enabled","budget_tokens":8192}} )");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(AnthropicThinkingTest, KeepsABudgetBetweenItsBounds) {
  EXPECT_THAT(Sent("claude-sonnet-4-5", "budget_tokens: 100"),
              HasSubstr(R"("budget_tokens":1024})"));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("1024")));
  max_tokens_ = 4096;
  EXPECT_THAT(Sent("claude-sonnet-4-5", "budget_tokens: 8192"),
              HasSubstr(R"("budget_tokens":4095})"));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("4095")));
}

TEST_F(AnthropicThinkingTest, DoesWithoutThinkingIfThereIsNoRoom) {
  max_tokens_ = 1024;
  EXPECT_EQ(Sent("claude-sonnet-4-5", "budget_tokens: 8192"), "{} ");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("max_output_tokens")));
  on_unsupported_ = OnUnsupported::kRefuse;
  EXPECT_THAT(Plan("claude-sonnet-4-5", "budget_tokens: 8192"),
              HasReason(ErrorReason::kUnsupportedParameter));
}

TEST_F(AnthropicThinkingTest, TranslatesABudgetIntoAnEffort) {
  const auto effort = [&](int budget) {
    return Sent("claude-opus-4-7", absl::StrCat("budget_tokens: ", budget));
  };
  EXPECT_EQ(effort(1),
            R"({"thinking":{"type":"adaptive","display":"summarized"}} low)");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("budget_tokens")));
  EXPECT_THAT(effort(4097), HasSubstr(" medium"));
  EXPECT_THAT(effort(16384), HasSubstr(" high"));
  EXPECT_THAT(effort(40000), HasSubstr(" xhigh"));
  EXPECT_THAT(effort(2147483647), HasSubstr(" max"));
}

TEST_F(AnthropicThinkingTest, SendsTheEffortOfModelsThatKnowIt) {
  EXPECT_EQ(Sent("claude-opus-5-5", R"(effort: "xhigh")"),
            R"({"thinking":{"type":"adaptive","display":"summarized"}} xhigh)");
  EXPECT_EQ(Sent("claude-opus-4-6", R"(effort: "medium")"),
            R"({"thinking":{"type":"adaptive"}} medium)");
  EXPECT_EQ(Sent("claude-opus-4-5", R"(effort: "High")"),
            R"({"thinking":{"type":"enabled","budget_tokens":16384}} high)");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(AnthropicThinkingTest, TakesTheNearestEffortWithAWord) {
  EXPECT_THAT(Sent("claude-opus-5", R"(effort: "minimal")"), HasSubstr(" low"));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("'minimal'")));
  EXPECT_THAT(Sent("claude-opus-4-6", R"(effort: "xhigh")"), HasSubstr(" max"));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("'max'")));
  EXPECT_THAT(Sent("claude-opus-4-5", R"(effort: "max")"), HasSubstr(" high"));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("'high'")));
}

TEST_F(AnthropicThinkingTest, TranslatesAnEffortIntoABudget) {
  EXPECT_EQ(Sent("claude-haiku-4-5", R"(effort: "low")"),
            R"({"thinking":{"type":"enabled","budget_tokens":2048}} )");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("2048")));
  // Half of the room stays for the answer.
  max_tokens_ = 8000;
  EXPECT_THAT(Sent("claude-haiku-4-5", R"(effort: "high")"),
              HasSubstr(R"("budget_tokens":4000})"));
}

TEST_F(AnthropicThinkingTest, SwitchesThinkingOffInTheModelsOwnWay) {
  for (const char* off : {R"(effort: "none")", "budget_tokens: 0"}) {
    EXPECT_EQ(Sent("claude-opus-4-8", off), "{} ");
    EXPECT_EQ(Sent("claude-3-opus-20240229", off), "{} ");
    EXPECT_EQ(Sent("claude-opus-5", off),
              R"({"thinking":{"type":"disabled"}} )");
    EXPECT_THAT(warnings_, IsEmpty());
    EXPECT_EQ(Sent("claude-sonnet-5-5", off),
              R"({"thinking":{"type":"between_tools"}} )");
    EXPECT_THAT(warnings_, ElementsAre(HasSubstr("between tool calls")));
    EXPECT_EQ(Sent("claude-opus-5-5", off), "{} low");
    EXPECT_THAT(warnings_, ElementsAre(HasSubstr("always thinks")));
  }
}

TEST_F(AnthropicThinkingTest, LeavesReasoningOutWhereThereIsNone) {
  EXPECT_EQ(Sent("claude-3-5-haiku-latest", R"(effort: "high")"), "{} ");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.reasoning")));
}

TEST_F(AnthropicThinkingTest, UsesNoBudgetWhereItWouldBeRefused) {
  may_use_budget_ = false;
  EXPECT_EQ(Sent("claude-opus-4-5", R"(effort: "low")"), "{} low");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("tool calls")));
  // Others think without one.
  EXPECT_THAT(Sent("claude-opus-4-6", R"(effort: "low")"),
              HasSubstr("adaptive"));
}

TEST_F(AnthropicThinkingTest, RefusesWordsThatNoModelKnows) {
  EXPECT_THAT(Plan("claude-opus-5", R"(effort: "hard")"),
              HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(Plan("claude-opus-5", "budget_tokens: -1"),
              HasReason(ErrorReason::kInvalidRequest));
}

}  // namespace
}  // namespace aigateway

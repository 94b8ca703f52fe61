#include "providers/gemini_thinking.h"

#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class GeminiThinkingTest : public ::testing::Test {
 protected:
  absl::StatusOr<GeminiThinking> Plan(
      absl::string_view model,
      OnUnsupported on_unsupported = OnUnsupported::kDropHints) {
    warnings_.clear();
    return PlanGeminiThinking(
        GeminiCall(chat_, model, api_, on_unsupported, &warnings_));
  }
  GeminiThinking Effort(absl::string_view model, const char* effort) {
    chat_.mutable_reasoning()->Clear();
    chat_.mutable_reasoning()->set_effort(effort);
    return Planned(model);
  }
  GeminiThinking Budget(absl::string_view model, int budget) {
    chat_.mutable_reasoning()->Clear();
    chat_.mutable_reasoning()->set_budget_tokens(budget);
    return Planned(model);
  }
  GeminiThinking Planned(absl::string_view model) {
    const absl::StatusOr<GeminiThinking> plan = Plan(model);
    EXPECT_THAT(plan, IsOk());
    return plan.value_or(GeminiThinking());
  }

  v1::ChatRequest chat_;
  GeminiApi api_;
  std::vector<std::string> warnings_;
};

TEST_F(GeminiThinkingTest, NothingIsSaidUnasked) {
  EXPECT_FALSE(Planned("gemini-2.5-flash").is_sent);
  EXPECT_FALSE(Planned("gemini-3.5-flash").is_sent);
}

TEST_F(GeminiThinkingTest, AskedWithoutAMeasureThoughtsAreShown) {
  chat_.mutable_reasoning();
  const GeminiThinking plan = Planned("gemini-3.5-flash");
  EXPECT_TRUE(plan.is_sent);
  EXPECT_TRUE(plan.include_thoughts);
  EXPECT_EQ(plan.budget_tokens, std::nullopt);
  EXPECT_EQ(plan.level, "");
}

TEST_F(GeminiThinkingTest, BudgetModelIsGivenABudgetAsItIs) {
  const GeminiThinking plan = Budget("gemini-2.5-flash", 512);
  EXPECT_EQ(plan.budget_tokens, 512);
  EXPECT_TRUE(plan.include_thoughts);
  EXPECT_EQ(plan.level, "");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(GeminiThinkingTest, BudgetIsBroughtIntoTheModelsRange) {
  EXPECT_EQ(Budget("gemini-2.5-pro", 100000).budget_tokens, 32768);
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("32768")));
  EXPECT_EQ(Budget("gemini-2.5-flash-lite", 1).budget_tokens, 512);
  EXPECT_EQ(warnings_.size(), 1);
}

TEST_F(GeminiThinkingTest, ThinkingIsStoppedWhereItCanBe) {
  const GeminiThinking off = Effort("gemini-2.5-flash", "none");
  EXPECT_EQ(off.budget_tokens, 0);
  EXPECT_FALSE(off.include_thoughts);
  EXPECT_THAT(warnings_, IsEmpty());
  EXPECT_EQ(Budget("gemini-2.5-flash", 0).budget_tokens, 0);

  EXPECT_EQ(Effort("gemini-2.5-pro", "none").budget_tokens, 128);
  EXPECT_EQ(warnings_.size(), 1);
  EXPECT_EQ(Effort("gemini-3.5-flash", "none").level, "MINIMAL");
  EXPECT_EQ(warnings_.size(), 1);
}

TEST_F(GeminiThinkingTest, EffortStandsForABudgetAndTheWarningSaysWhich) {
  EXPECT_EQ(Effort("gemini-2.5-flash", "minimal").budget_tokens, 1024);
  EXPECT_EQ(Effort("gemini-2.5-flash", "low").budget_tokens, 1024);
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("effort low")));
  EXPECT_EQ(Effort("gemini-2.5-flash", "medium").budget_tokens, 8192);
  EXPECT_EQ(Effort("gemini-2.5-flash", "high").budget_tokens, 24576);
  EXPECT_EQ(Effort("gemini-2.5-flash", "max").budget_tokens, 24576);
  EXPECT_EQ(Effort("gemini-2.5-pro", "xhigh").budget_tokens, 32768);
}

TEST_F(GeminiThinkingTest, LevelModelIsGivenALevel) {
  EXPECT_EQ(Effort("gemini-3.5-flash", "minimal").level, "MINIMAL");
  EXPECT_EQ(Effort("gemini-3.5-flash", "low").level, "LOW");
  EXPECT_EQ(Effort("gemini-3.5-flash", "medium").level, "MEDIUM");
  const GeminiThinking high = Effort("gemini-3.5-flash", "high");
  EXPECT_EQ(high.level, "HIGH");
  EXPECT_TRUE(high.include_thoughts);
  EXPECT_EQ(high.budget_tokens, std::nullopt);
  EXPECT_THAT(warnings_, IsEmpty());
  EXPECT_EQ(Effort("gemini-3.5-flash", "max").level, "HIGH");
  EXPECT_EQ(warnings_.size(), 1);
}

TEST_F(GeminiThinkingTest, ModelWithoutMinimalThinksALittle) {
  EXPECT_EQ(Effort("gemini-3.8-flash", "minimal").level, "LOW");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("LOW")));
}

TEST_F(GeminiThinkingTest, BudgetStandsForALevel) {
  EXPECT_EQ(Budget("gemini-3.5-flash", 0).level, "MINIMAL");
  EXPECT_EQ(Budget("gemini-3.5-flash", 1024).level, "LOW");
  EXPECT_EQ(Budget("gemini-3.5-flash", 4000).level, "MEDIUM");
  EXPECT_EQ(Budget("gemini-3.5-flash", 20000).level, "HIGH");
  EXPECT_EQ(warnings_.size(), 1);
}

TEST_F(GeminiThinkingTest, NeverBothAtOnce) {
  chat_.mutable_reasoning()->set_effort("low");
  chat_.mutable_reasoning()->set_budget_tokens(5000);
  EXPECT_EQ(Planned("gemini-2.5-flash").budget_tokens, 5000);
  EXPECT_EQ(Planned("gemini-2.5-flash").level, "");
  EXPECT_EQ(Planned("gemini-3.5-flash").level, "LOW");
  EXPECT_EQ(Planned("gemini-3.5-flash").budget_tokens, std::nullopt);
}

TEST_F(GeminiThinkingTest, ModelThatDoesNotThinkIsLeftAlone) {
  EXPECT_FALSE(Effort("gemini-2.0-flash", "high").is_sent);
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.reasoning")));
  EXPECT_THAT(Plan("gemini-2.0-flash", OnUnsupported::kRefuse),
              HasReason(ErrorReason::kUnsupportedParameter));
  EXPECT_FALSE(Effort("gemini-2.0-flash", "none").is_sent);
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(GeminiThinkingTest, WordsAndNumbersThatAreNoneAreRefused) {
  chat_.mutable_reasoning()->set_effort("lots");
  EXPECT_THAT(Plan("gemini-2.5-flash"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("chat.reasoning.effort")));
  chat_.mutable_reasoning()->Clear();
  chat_.mutable_reasoning()->set_budget_tokens(-1);
  EXPECT_THAT(Plan("gemini-2.5-flash"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("chat.reasoning.budget_tokens")));
}

}  // namespace
}  // namespace aigateway

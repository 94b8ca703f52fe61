#include "providers/finish_reasons.h"

#include <optional>

#include "gtest/gtest.h"

namespace aigateway {
namespace {

constexpr AnswerParts kNothing = {};
constexpr AnswerParts kText = {.has_content = true};
constexpr AnswerParts kCalls = {.has_tool_calls = true};

TEST(FinishReasonsTest, KnowsTheWordsOfOtherDialectsToo) {
  EXPECT_EQ(CommonFinishReason("stop"), v1::FINISH_REASON_STOP);
  EXPECT_EQ(CommonFinishReason("eos"), v1::FINISH_REASON_STOP);
  EXPECT_EQ(CommonFinishReason("end_turn"), v1::FINISH_REASON_STOP);
  EXPECT_EQ(CommonFinishReason("length"), v1::FINISH_REASON_LENGTH);
  EXPECT_EQ(CommonFinishReason("model_length"), v1::FINISH_REASON_LENGTH);
  EXPECT_EQ(CommonFinishReason("function_call"), v1::FINISH_REASON_TOOL_CALLS);
  EXPECT_EQ(CommonFinishReason("tool_use"), v1::FINISH_REASON_TOOL_CALLS);
  EXPECT_EQ(CommonFinishReason("refusal"), v1::FINISH_REASON_CONTENT_FILTER);
  EXPECT_EQ(CommonFinishReason("insufficient_system_resource"),
            v1::FINISH_REASON_ERROR);
  EXPECT_EQ(CommonFinishReason("pause_turn"), v1::FINISH_REASON_PAUSE);
}

TEST(FinishReasonsTest, IgnoresCase) {
  EXPECT_EQ(CommonFinishReason("MAX_TOKENS"), v1::FINISH_REASON_LENGTH);
  EXPECT_EQ(CommonFinishReason("Stop"), v1::FINISH_REASON_STOP);
}

TEST(FinishReasonsTest, KnowsNoWordThatNobodySays) {
  EXPECT_EQ(CommonFinishReason(""), std::nullopt);
  EXPECT_EQ(CommonFinishReason("sto"), std::nullopt);
  EXPECT_EQ(CommonFinishReason("stop "), std::nullopt);
}

TEST(FinishReasonsTest, TakesAStopWithToolCallsForACallOfTools) {
  EXPECT_EQ(JudgeFinish("stop", kCalls), v1::FINISH_REASON_TOOL_CALLS);
  EXPECT_EQ(JudgeFinish("", kCalls), v1::FINISH_REASON_TOOL_CALLS);
  EXPECT_EQ(JudgeFinish("novel", kCalls), v1::FINISH_REASON_TOOL_CALLS);
}

TEST(FinishReasonsTest, KeepsALimitOrAFilterDespiteToolCalls) {
  EXPECT_EQ(JudgeFinish("length", kCalls), v1::FINISH_REASON_LENGTH);
  EXPECT_EQ(JudgeFinish("content_filter", kCalls),
            v1::FINISH_REASON_CONTENT_FILTER);
}

TEST(FinishReasonsTest, TakesAStopWithoutContentForAStop) {
  EXPECT_EQ(JudgeFinish("stop", kNothing), v1::FINISH_REASON_STOP);
}

TEST(FinishReasonsTest, JudgesAnUnknownWordByWhatIsThere) {
  for (const char* word : {"", "novel"}) {
    EXPECT_EQ(JudgeFinish(word, kText), v1::FINISH_REASON_STOP) << word;
    EXPECT_EQ(JudgeFinish(word, kNothing), v1::FINISH_REASON_ERROR) << word;
  }
}

}  // namespace
}  // namespace aigateway

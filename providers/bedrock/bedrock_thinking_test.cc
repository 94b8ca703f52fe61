#include "providers/bedrock/bedrock_thinking.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/bedrock/bedrock_request_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class BedrockThinkingTest : public BedrockRequestFixture {
 protected:
  std::string Think(const std::string& reasoning, const char* model) {
    return WithoutHello(WriteHello(reasoning, model));
  }
};

TEST_F(BedrockThinkingTest, TellsClaudeInItsOwnForms) {
  EXPECT_EQ(Think("reasoning { budget_tokens: 2000 }", kBedrockClaude),
            R"({,"inferenceConfig":{"maxTokens":64000},)"
            R"("additionalModelRequestFields":{"thinking":)"
            R"({"type":"enabled","budget_tokens":2000}}})");
  EXPECT_EQ(Think("reasoning { effort: 'high' }",
                  "us.anthropic.claude-opus-4-7-v1:0"),
            R"({,"inferenceConfig":{"maxTokens":128000},)"
            R"("additionalModelRequestFields":{"thinking":)"
            R"({"type":"adaptive","display":"summarized"},)"
            R"("output_config":{"effort":"high"}}})");
  EXPECT_EQ(Think("reasoning { effort: 'none' }", kBedrockClaude), "{}");
}

TEST_F(BedrockThinkingTest, TellsNovaAnEffort) {
  EXPECT_EQ(Think("reasoning { effort: 'low' }", kBedrockNova),
            R"({,"additionalModelRequestFields":{"reasoningConfig":)"
            R"({"type":"enabled","maxReasoningEffort":"low"}}})");
  EXPECT_THAT(warnings_, IsEmpty());
  EXPECT_EQ(Think("reasoning { budget_tokens: 0 }", kBedrockNova),
            R"({,"additionalModelRequestFields":{"reasoningConfig":)"
            R"({"type":"disabled"}}})");
  EXPECT_EQ(
      Think("reasoning { effort: 'max' } max_output_tokens: 9", kBedrockNova),
      R"({,"inferenceConfig":{"maxTokens":9},)"
      R"("additionalModelRequestFields":{"reasoningConfig":)"
      R"({"type":"enabled","maxReasoningEffort":"medium"}}})");
  EXPECT_EQ(warnings_.size(), 2U);
}

TEST_F(BedrockThinkingTest, TellsGptOssAnEffort) {
  EXPECT_EQ(
      Think("reasoning { budget_tokens: 8000 }", "openai.gpt-oss-120b-1:0"),
      R"({,"additionalModelRequestFields":)"
      R"({"reasoning_effort":"medium"}})");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("budget")));
  EXPECT_EQ(Think("reasoning { effort: 'none' }", "openai.gpt-oss-120b-1:0"),
            R"({,"additionalModelRequestFields":{"reasoning_effort":"low"}})");
}

TEST_F(BedrockThinkingTest, LeavesItOutForOthers) {
  EXPECT_EQ(Think("reasoning { effort: 'high' }", kBedrockLlama), "{}");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.reasoning")));
  EXPECT_EQ(Think("reasoning { effort: 'none' }", kBedrockLlama), "{}");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(BedrockThinkingTest, SaysWhatIsWrong) {
  for (const char* model : {kBedrockClaude, kBedrockNova, kBedrockLlama}) {
    for (const char* reasoning :
         {"reasoning { effort: 'lots' }", "reasoning { budget_tokens: -1 }"}) {
      WriteHello(reasoning, model);
      EXPECT_THAT(status_, HasReason(ErrorReason::kInvalidRequest))
          << model << " " << reasoning;
    }
    WriteHello("max_output_tokens: 0", model);
    EXPECT_THAT(status_, HasReason(ErrorReason::kInvalidRequest)) << model;
  }
}

}  // namespace
}  // namespace aigateway

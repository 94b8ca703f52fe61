#include "providers/replicate/replicate_inputs.h"

#include "gtest/gtest.h"

namespace aigateway {
namespace {

TEST(ReplicateInputsTest, KnowsTheNamesOfFamilies) {
  EXPECT_EQ(ReplicateInputsOf("meta/llama-2-70b-chat").max_tokens,
            "max_new_tokens");
  EXPECT_EQ(ReplicateInputsOf("meta/meta-llama-3-8b-instruct").max_tokens,
            "max_tokens");
  EXPECT_EQ(ReplicateInputsOf("openai/gpt-5-mini").effort, "reasoning_effort");
  EXPECT_EQ(ReplicateInputsOf("openai/gpt-oss-20b").max_tokens, "max_tokens");
  EXPECT_EQ(ReplicateInputsOf("openai/gpt-4o").images, "image_input");
  EXPECT_FALSE(ReplicateInputsOf("anthropic/claude-4-sonnet").temperature);
  EXPECT_EQ(ReplicateInputsOf("google/gemini-2.5-flash").system,
            "system_instruction");
}

TEST(ReplicateInputsTest, TakesTheUsualOnesForAllOthers) {
  for (const char* model : {"someone/something", "", "metaphor/x"}) {
    const ReplicateInputs& inputs = ReplicateInputsOf(model);
    EXPECT_EQ(inputs.system, "system_prompt") << model;
    EXPECT_EQ(inputs.max_tokens, "max_tokens") << model;
    EXPECT_FALSE(inputs.penalties) << model;
  }
}

}  // namespace
}  // namespace aigateway

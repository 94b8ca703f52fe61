#include "providers/bedrock/bedrock_profile.h"

#include <string>

#include "gtest/gtest.h"

namespace aigateway {
namespace {

using Reasoning = BedrockProfile::Reasoning;

BedrockProfile Of(absl::string_view id, absl::string_view asked = "") {
  return BedrockModelFor(id, asked).profile;
}

TEST(BedrockProfileTest, SeesTheModelBehindProfilesAndArns) {
  for (absl::string_view id :
       {"amazon.nova-2-lite-v1:0", "us.amazon.nova-2-lite-v1:0",
        "global.amazon.nova-2-lite-v1:0",
        "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-2-lite-v1:0",
        "arn:aws:bedrock:us-east-1:1:inference-profile/"
        "us.amazon.nova-2-lite-v1:0"}) {
    EXPECT_EQ(Of(id).reasoning, Reasoning::kNova) << id;
    EXPECT_EQ(std::string(BedrockModelFor(id, "").name),
              "amazon.nova-2-lite-v1:0");
  }
}

TEST(BedrockProfileTest, TakesTheCallersNameForAnOpaqueProfile) {
  const char arn[] =
      "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc123";
  EXPECT_EQ(Of(arn, "claude-sonnet-4-5").reasoning, Reasoning::kClaude);
  EXPECT_EQ(Of(arn, "my-alias").reasoning, Reasoning::kNone);
  EXPECT_EQ(Of("meta.llama3-1-8b-instruct-v1:0", "claude-sonnet-4-5").reasoning,
            Reasoning::kNone);
}

TEST(BedrockProfileTest, KnowsClaudesGenerations) {
  const BedrockProfile sonnet_45 =
      Of("us.anthropic.claude-sonnet-4-5-20250929-v1:0");
  EXPECT_TRUE(sonnet_45.is_claude);
  EXPECT_TRUE(sonnet_45.cache);
  EXPECT_TRUE(sonnet_45.cache_tools);
  EXPECT_TRUE(sonnet_45.cache_hour);
  EXPECT_TRUE(sonnet_45.json_schema);
  EXPECT_EQ(sonnet_45.prefill, Prefill::kYes);
  const BedrockProfile old = Of("anthropic.claude-3-haiku-20240307-v1:0");
  EXPECT_FALSE(old.cache);
  EXPECT_FALSE(old.json_schema);
  EXPECT_FALSE(Of("us.anthropic.claude-3-7-sonnet-20250219-v1:0").cache_hour);
  EXPECT_FALSE(Of("us.anthropic.claude-opus-4-7-v1:0").json_schema);
  EXPECT_FALSE(Of("us.anthropic.claude-sonnet-5-v1:0").json_schema);
  EXPECT_EQ(Of("us.anthropic.claude-opus-5-5-v1:0").prefill, Prefill::kNo);
  EXPECT_FALSE(Of("us.anthropic.claude-opus-5-5-v1:0").force_tool);
}

TEST(BedrockProfileTest, KnowsWhatFamiliesLack) {
  EXPECT_FALSE(Of("amazon.titan-text-express-v1").system);
  EXPECT_FALSE(Of("us.meta.llama3-3-70b-instruct-v1:0").force_any);
  EXPECT_TRUE(Of("us.meta.llama3-3-70b-instruct-v1:0").results_alone);
  EXPECT_TRUE(Of("mistral.mistral-large-2407-v1:0").force_any);
  EXPECT_EQ(Of("openai.gpt-oss-120b-1:0").reasoning, Reasoning::kEffort);
  EXPECT_TRUE(Of("vendor.unheard-of").force_tool);
}

}  // namespace
}  // namespace aigateway

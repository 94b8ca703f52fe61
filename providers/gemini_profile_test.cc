#include "providers/gemini_profile.h"

#include "gtest/gtest.h"

namespace aigateway {
namespace {

using Thinking = GeminiProfile::Thinking;

TEST(GeminiProfileTest, LongestPrefixDecides) {
  EXPECT_EQ(GeminiProfileFor("gemini-2.5-flash").min_budget_tokens, 1);
  EXPECT_EQ(GeminiProfileFor("gemini-2.5-flash-lite").min_budget_tokens, 512);
  EXPECT_EQ(GeminiProfileFor("gemini-2.5-flash-image").thinking,
            Thinking::kNone);
}

TEST(GeminiProfileTest, ProCannotStopThinking) {
  const GeminiProfile& pro = GeminiProfileFor("gemini-2.5-pro");
  EXPECT_FALSE(pro.can_stop_thinking);
  EXPECT_EQ(pro.min_budget_tokens, 128);
  EXPECT_EQ(pro.max_budget_tokens, 32768);
  EXPECT_TRUE(GeminiProfileFor("gemini-2.5-flash").can_stop_thinking);
}

TEST(GeminiProfileTest, ThirdGenerationThinksByLevels) {
  for (const char* model :
       {"gemini-3-pro-preview", "gemini-3.1-pro-preview", "gemini-3.5-flash",
        "gemini-3.6-flash", "gemini-3.8-flash"}) {
    const GeminiProfile& profile = GeminiProfileFor(model);
    EXPECT_EQ(profile.thinking, Thinking::kLevel) << model;
    EXPECT_TRUE(profile.call_ids) << model;
    EXPECT_TRUE(profile.signed_calls) << model;
    EXPECT_TRUE(profile.json_schema) << model;
    EXPECT_FALSE(profile.prefill) << model;
    EXPECT_FALSE(profile.several_choices) << model;
  }
}

TEST(GeminiProfileTest, OnlyEarlierFlashModelsKnowMinimal) {
  EXPECT_TRUE(GeminiProfileFor("gemini-3-flash-preview").minimal_level);
  EXPECT_TRUE(GeminiProfileFor("gemini-3.1-flash-lite").minimal_level);
  EXPECT_TRUE(GeminiProfileFor("gemini-3.5-flash").minimal_level);
  EXPECT_TRUE(GeminiProfileFor("gemini-3.6-flash").minimal_level);
  EXPECT_FALSE(GeminiProfileFor("gemini-3.5-pro").minimal_level);
  EXPECT_FALSE(GeminiProfileFor("gemini-3.7-flash").minimal_level);
  EXPECT_FALSE(GeminiProfileFor("gemini-3.8-flash").minimal_level);
}

TEST(GeminiProfileTest, SamplingEndsWith36) {
  EXPECT_TRUE(GeminiProfileFor("gemini-2.0-flash").sampling);
  EXPECT_TRUE(GeminiProfileFor("gemini-3.5-flash").sampling);
  EXPECT_FALSE(GeminiProfileFor("gemini-3.6-flash").sampling);
  EXPECT_FALSE(GeminiProfileFor("gemini-3.7-pro").sampling);
}

TEST(GeminiProfileTest, UnknownNamesAreTakenForTheNewest) {
  for (const char* model :
       {"gemini-4-pro", "gemini-flash-latest", "something-else", ""}) {
    const GeminiProfile& profile = GeminiProfileFor(model);
    EXPECT_EQ(profile.thinking, Thinking::kLevel) << model;
    EXPECT_FALSE(profile.minimal_level) << model;
    EXPECT_FALSE(profile.sampling) << model;
  }
}

TEST(GeminiProfileTest, OlderModelsHaveNeitherThoughtNorJsonSchema) {
  for (const char* model :
       {"gemini-2.0-flash", "gemini-1.5-flash", "gemma-3-27b-it"}) {
    const GeminiProfile& profile = GeminiProfileFor(model);
    EXPECT_EQ(profile.thinking, Thinking::kNone) << model;
    EXPECT_FALSE(profile.json_schema) << model;
    EXPECT_FALSE(profile.signed_calls) << model;
    EXPECT_TRUE(profile.several_choices) << model;
    EXPECT_TRUE(profile.prefill) << model;
  }
}

TEST(GeminiProfileTest, PathInFrontOfTheNameDoesNotCount) {
  EXPECT_EQ(&GeminiProfileFor("models/gemini-2.5-pro"),
            &GeminiProfileFor("gemini-2.5-pro"));
  EXPECT_EQ(&GeminiProfileFor("publishers/google/models/gemini-2.5-pro"),
            &GeminiProfileFor("gemini-2.5-pro"));
}

}  // namespace
}  // namespace aigateway

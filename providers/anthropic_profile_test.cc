#include "providers/anthropic_profile.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using Effort = AnthropicProfile::Effort;
using Off = AnthropicProfile::ThinkingOff;
using Sampling = AnthropicProfile::Sampling;

TEST(AnthropicProfileTest, FollowsTheGenerationsOfOpus) {
  EXPECT_EQ(AnthropicProfileFor("claude-3-opus-20240229").max_output_tokens,
            4096);
  EXPECT_EQ(AnthropicProfileFor("claude-opus-4-20250514").max_output_tokens,
            32000);
  EXPECT_FALSE(AnthropicProfileFor("claude-opus-4-20250514").json_schema);
  EXPECT_TRUE(AnthropicProfileFor("claude-opus-4-1-20250805").json_schema);
  EXPECT_EQ(AnthropicProfileFor("claude-opus-4-5-20251101").effort,
            Effort::kToHigh);
  EXPECT_EQ(AnthropicProfileFor("claude-opus-4-6").effort, Effort::kToMax);
  EXPECT_TRUE(AnthropicProfileFor("claude-opus-4-6").budget_thinking);
  EXPECT_FALSE(AnthropicProfileFor("claude-opus-4-7").budget_thinking);
  EXPECT_EQ(AnthropicProfileFor("claude-opus-4-7").sampling, Sampling::kNone);
  EXPECT_FALSE(AnthropicProfileFor("claude-opus-4-7").system_midway);
  EXPECT_TRUE(AnthropicProfileFor("claude-opus-4-8").system_midway);
  EXPECT_EQ(AnthropicProfileFor("claude-opus-5").thinking_off, Off::kDisabled);
  EXPECT_TRUE(AnthropicProfileFor("claude-opus-5").forced_tools);
  EXPECT_EQ(AnthropicProfileFor("claude-opus-5-5").thinking_off, Off::kNever);
  EXPECT_FALSE(AnthropicProfileFor("claude-opus-5-5").forced_tools);
  EXPECT_TRUE(AnthropicProfileFor("claude-opus-5-5").bound_thinking);
}

TEST(AnthropicProfileTest, KnowsTheOtherFamilies) {
  EXPECT_EQ(AnthropicProfileFor("claude-2.1").max_output_tokens, 4096);
  EXPECT_EQ(AnthropicProfileFor("claude-instant-1.2").max_output_tokens, 4096);
  EXPECT_EQ(AnthropicProfileFor("claude-3-5-haiku-latest").max_output_tokens,
            8192);
  EXPECT_FALSE(AnthropicProfileFor("claude-3-5-haiku-latest").budget_thinking);
  EXPECT_TRUE(
      AnthropicProfileFor("claude-3-7-sonnet-20250219").budget_thinking);
  EXPECT_EQ(AnthropicProfileFor("claude-sonnet-4-20250514").max_output_tokens,
            64000);
  EXPECT_EQ(AnthropicProfileFor("claude-sonnet-4-5").effort, Effort::kNone);
  EXPECT_FALSE(AnthropicProfileFor("claude-sonnet-4-6").prefill);
  EXPECT_EQ(AnthropicProfileFor("claude-sonnet-5-5").thinking_off,
            Off::kBetweenTools);
  EXPECT_TRUE(AnthropicProfileFor("claude-haiku-4-5-20251001").prefill);
  EXPECT_TRUE(AnthropicProfileFor("claude-haiku-5-5").forced_tools);
  EXPECT_FALSE(AnthropicProfileFor("claude-fable-5").forced_tools);
  EXPECT_FALSE(AnthropicProfileFor("claude-fable-5").bound_thinking);
  EXPECT_TRUE(AnthropicProfileFor("claude-fable-5-1").bound_thinking);
  EXPECT_EQ(AnthropicProfileFor("claude-mythos-preview").sampling,
            Sampling::kNone);
}

TEST(AnthropicProfileTest, TakesANewerNameAsTheNewestBeforeIt) {
  EXPECT_EQ(&AnthropicProfileFor("claude-opus-4-9"),
            &AnthropicProfileFor("claude-opus-4-8"));
  EXPECT_EQ(&AnthropicProfileFor("claude-opus-6"),
            &AnthropicProfileFor("claude-opus-5-5"));
  EXPECT_EQ(&AnthropicProfileFor("claude-sonnet-latest"),
            &AnthropicProfileFor("claude-sonnet-5-5"));
  EXPECT_EQ(&AnthropicProfileFor("claude-saga-1-of-7"),
            &AnthropicProfileFor("claude-opus-5-5"));
  EXPECT_EQ(&AnthropicProfileFor("claude-haiku-4"),
            &AnthropicProfileFor("claude-haiku-4-5"));
}

TEST(AnthropicProfileTest, ReadsTheNamesThatResellersGive) {
  const AnthropicProfile* const opus = &AnthropicProfileFor("claude-opus-4-5");
  EXPECT_EQ(&AnthropicProfileFor("anthropic/claude-opus-4.5"), opus);
  EXPECT_EQ(&AnthropicProfileFor("us.anthropic.claude-opus-4-5-20251101-v1:0"),
            opus);
  EXPECT_EQ(&AnthropicProfileFor("claude-opus-4-5@20251101"), opus);
  EXPECT_EQ(&AnthropicProfileFor("CLAUDE-4.5-OPUS"), opus);
}

TEST(AnthropicProfileTest, RefusesNothingToAStranger) {
  const AnthropicProfile& stranger = AnthropicProfileFor("m1");
  EXPECT_GT(stranger.max_output_tokens, 0);
  EXPECT_EQ(stranger.sampling, Sampling::kBoth);
  EXPECT_TRUE(stranger.forced_tools);
  EXPECT_TRUE(stranger.prefill);
  EXPECT_TRUE(stranger.json_schema);
}

TEST(AnthropicProfileTest, ReadsAnyTextAsAName) {
  for (const char* name : {"", "claude", "claude-", "claude--", "claude-4",
                           "claude-99-99", "claude-opus-", "claude-opus-x"}) {
    EXPECT_GT(AnthropicProfileFor(name).max_output_tokens, 0) << name;
  }
}

}  // namespace
}  // namespace aigateway

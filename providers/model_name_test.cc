#include "providers/model_name.h"

#include "gtest/gtest.h"

namespace aigateway {
namespace {

TEST(ModelNameTest, TakesTheNameOfAClaudeApart) {
  const std::optional<ClaudeName> name =
      ParseClaudeName("us.anthropic.Claude-Sonnet-4-5-20250929-v1:0");
  ASSERT_TRUE(name.has_value());
  EXPECT_EQ(name->family, "sonnet");
  EXPECT_EQ(name->version, 405);
  EXPECT_EQ(name->date, "20250929");
  EXPECT_EQ(name->rest, "");
  EXPECT_FALSE(ParseClaudeName("gpt-5").has_value());
}

TEST(ModelNameTest, KnowsAClaudeByEachOfItsNames) {
  const struct {
    absl::string_view a;
    absl::string_view b;
  } same[] = {
      {"claude-opus-4-5", "claude-opus-4-5"},
      {"claude-opus-4-5", "claude-opus-4-5-20251101"},
      {"claude-opus-4-5@20251101", "claude-opus-4-5"},
      {"claude-sonnet-4-0", "claude-sonnet-4-20250514"},
      {"claude-sonnet-4", "claude-sonnet-4-0"},
      {"claude-3-7-sonnet-latest", "claude-3-7-sonnet-20250219"},
      {"claude-3-5-haiku-latest", "claude-3-5-haiku"},
      {"anthropic/claude-sonnet-4.5", "claude-sonnet-4-5-20250929"},
      {"anthropic/claude-4.5-sonnet-20250929", "anthropic/claude-sonnet-4.5"},
      {"anthropic/claude-3.7-sonnet:thinking", "claude-3-7-sonnet-20250219"},
      {"us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"},
      {"databricks-claude-sonnet-4-5", "claude-sonnet-4-5-20250929"},
  };
  for (const auto& each : same) {
    EXPECT_TRUE(MayBeSameModel(each.a, each.b)) << each.a << " " << each.b;
    EXPECT_TRUE(MayBeSameModel(each.b, each.a)) << each.b << " " << each.a;
  }
}

TEST(ModelNameTest, TellsClaudesApart) {
  const struct {
    absl::string_view a;
    absl::string_view b;
  } other[] = {
      {"claude-opus-5", "claude-opus-5-5"},
      {"claude-opus-4", "claude-opus-4-1"},
      {"claude-opus-4-0", "claude-opus-4-1-20250805"},
      {"claude-opus-4", "claude-opus-4-2025-5-1"},
      {"claude-opus-5-5", "claude-sonnet-5-5"},
      {"claude-3-5-sonnet-20240620", "claude-3-5-sonnet-20241022"},
      {"claude-3-5-sonnet-latest", "claude-3-7-sonnet-latest"},
      {"claude-opus-4-6", "claude-opus-4-6-fast"},
      {"claude-opus-4-5", "gpt-5"},
      {"claude-opus-4-5", ""},
  };
  for (const auto& each : other) {
    EXPECT_FALSE(MayBeSameModel(each.a, each.b)) << each.a << " " << each.b;
    EXPECT_FALSE(MayBeSameModel(each.b, each.a)) << each.b << " " << each.a;
  }
}

TEST(ModelNameTest, KnowsOtherModelsByTheirDates) {
  EXPECT_TRUE(MayBeSameModel("gpt-5", "gpt-5-2025-08-07"));
  EXPECT_TRUE(MayBeSameModel("openai/gpt-5", "gpt-5"));
  EXPECT_TRUE(
      MayBeSameModel("magistral-medium-latest", "magistral-medium-2509"));
  EXPECT_FALSE(MayBeSameModel("gpt-5", "gpt-5.1"));
  EXPECT_FALSE(MayBeSameModel("gpt-5", "gpt-5-mini"));
  EXPECT_FALSE(MayBeSameModel("grok-4", "grok-4-1"));
  EXPECT_FALSE(MayBeSameModel("magistral-medium", "magistral-small"));
  EXPECT_FALSE(MayBeSameModel("gpt-5", ""));
}

TEST(ModelNameTest, ReadsAnyTextAsAName) {
  for (const char* name : {"claude", "claude-", "claude--", "claude-4",
                           "claude-99-99", "claude-opus-", "claude-opus-x",
                           "claude-v2:1", "claude@", "claude-20250929"}) {
    EXPECT_TRUE(ParseClaudeName(name).has_value()) << name;
    EXPECT_TRUE(MayBeSameModel(name, name)) << name;
  }
}

}  // namespace
}  // namespace aigateway

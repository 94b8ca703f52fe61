#include "providers/anthropic_thoughts.h"

#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

TEST(AnthropicThoughtsTest, ReadsBackWhatItWrote) {
  const std::string opaque = WriteAnthropicOpaque(
      {.index = 3, .text_bytes = 17, .calls = 1},
      R"({"type":"server_tool_use","input":{"q":12345678901234567890}})");

  const std::optional<AnthropicOpaque> read = ReadAnthropicOpaque(opaque);

  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->place.index, 3);
  EXPECT_EQ(read->place.text_bytes, 17);
  EXPECT_EQ(read->place.calls, 1);
  EXPECT_EQ(read->block,
            R"({"type":"server_tool_use","input":{"q":12345678901234567890}})");
}

TEST(AnthropicThoughtsTest, ReadsAPlaceAlone) {
  const std::optional<AnthropicOpaque> read =
      ReadAnthropicOpaque(WriteAnthropicOpaque({.text_bytes = 5}, ""));

  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->place.text_bytes, 5);
  EXPECT_EQ(read->block, "");
}

TEST(AnthropicThoughtsTest, PassesOverWhatIsNotOurs) {
  for (const char* opaque :
       {"", "EqQBCkYIBxgC", "{", "{}", R"({"type":"reasoning","id":"rs_1"})",
        R"({"anthropic_place":[1,2]})", R"({"anthropic_place":[1,-2,3]})",
        R"({"anthropic_place":"1,2,3"})", R"([{"anthropic_place":[1,2,3]}])"}) {
    EXPECT_FALSE(ReadAnthropicOpaque(opaque).has_value()) << opaque;
  }
}

TEST(AnthropicThoughtsTest, LetsNoBlockThroughThatAGuardWouldHaveToSee) {
  const auto with_block = [](absl::string_view block) {
    return ReadAnthropicOpaque(WriteAnthropicOpaque({}, block));
  };
  EXPECT_TRUE(with_block(R"({"type":"redacted_thinking","data":"x"})"));
  EXPECT_TRUE(with_block(R"({"type":"web_search_tool_result"})"));
  EXPECT_FALSE(with_block(R"({"type":"text","text":"x"})"));
  EXPECT_FALSE(with_block(R"({"type":"tool_result","content":"x"})"));
  EXPECT_FALSE(with_block(R"({"type":"image"})"));
  EXPECT_FALSE(with_block(R"({"text":"x"})"));
  EXPECT_FALSE(with_block(R"(["text"])"));
  // Whichever of the two a server takes.
  EXPECT_FALSE(with_block(R"({"type":"text","type":"server_tool_use"})"));
  EXPECT_FALSE(with_block(R"({"type":"server_tool_use","type":"text"})"));
}

}  // namespace
}  // namespace aigateway

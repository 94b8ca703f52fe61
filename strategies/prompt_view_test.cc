#include "strategies/prompt_view.h"

#include <string>

#include "gtest/gtest.h"

namespace aigateway {
namespace {

TEST(PromptViewTest, JoinsTheTextOfAllMessagesByLines) {
  v1::ChatRequest chat;
  EXPECT_EQ(PromptText(chat), "");
  chat.add_messages()->set_content("Be brief.");
  v1::Message& message = *chat.add_messages();
  message.add_parts()->set_text("What is");
  message.add_parts()->mutable_image()->set_url("https://example.com/a.png");
  message.add_parts()->set_text("this?");
  EXPECT_EQ(PromptText(chat), "Be brief.\nWhat is\nthis?");
}

TEST(PromptViewTest, CountsAQuarterOfTheBytesAndRoundsUp) {
  v1::ChatRequest chat;
  EXPECT_EQ(EstimatePromptTokens(chat), 0);
  chat.add_messages()->set_content("12345");
  EXPECT_EQ(EstimatePromptTokens(chat), 2);
  chat.mutable_messages(0)->add_parts()->set_text("678");
  EXPECT_EQ(EstimatePromptTokens(chat), 2);
}

TEST(PromptViewTest, CountsToolsAndTheirCalls) {
  v1::ChatRequest chat;
  v1::Tool& tool = *chat.add_tools();
  tool.set_name("find");
  tool.set_description(std::string(36, 'd'));
  EXPECT_EQ(EstimatePromptTokens(chat), 10);
  tool.set_parameters(std::string(40, 'p'));
  EXPECT_EQ(EstimatePromptTokens(chat), 20);
  v1::ToolCall& call = *chat.add_messages()->add_tool_calls();
  call.set_name("find");
  call.set_arguments(std::string(36, 'a'));
  EXPECT_EQ(EstimatePromptTokens(chat), 30);
  (*tool.mutable_parameters_struct()->mutable_fields())["type"]
      .set_string_value("object");
  EXPECT_GT(EstimatePromptTokens(chat), 20);
}

TEST(PromptViewTest, CountsWhatStandsBeforeTheLastMarkOfTheCache) {
  v1::ChatRequest chat;
  chat.add_tools()->set_description(std::string(40, 't'));
  chat.add_messages()->set_content(std::string(80, 'a'));
  EXPECT_EQ(EstimatePrompt(chat).marked_cached, 0);
  chat.mutable_tools(0)->mutable_cache_control();
  EXPECT_EQ(EstimatePrompt(chat).marked_cached, 10);
  chat.mutable_messages(0)->mutable_cache_control();
  EXPECT_EQ(EstimatePrompt(chat).marked_cached, 30);
  v1::Message& last = *chat.add_messages();
  last.add_parts()->set_text(std::string(4, 'b'));
  last.mutable_parts(0)->mutable_cache_control();
  last.add_parts()->set_text(std::string(8, 'c'));
  EXPECT_EQ(EstimatePrompt(chat).marked_cached, 31);
  EXPECT_EQ(EstimatePrompt(chat).all, 33);
}

}  // namespace
}  // namespace aigateway

#include "providers/short_ids.h"

#include <initializer_list>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

v1::ChatRequest ChatWithCalls(std::initializer_list<const char*> ids) {
  v1::ChatRequest chat;
  v1::Message* const message = chat.add_messages();
  for (const char* id : ids) message->add_tool_calls()->set_id(id);
  return chat;
}

std::string Short(const ShortIds& ids, const std::string& id) {
  return std::string(ids.Get(id));
}

TEST(ShortIdsTest, MakesNineLettersAndDigitsOfALongId) {
  const ShortIds ids(ChatWithCalls({"call_0123456789abcdef"}));
  EXPECT_THAT(Short(ids, "call_0123456789abcdef"),
              testing::MatchesRegex("[0-9A-Za-z]+"));
  EXPECT_EQ(Short(ids, "call_0123456789abcdef").size(), 9u);
}

TEST(ShortIdsTest, KeepsAnIdThatHasTheForm) {
  const ShortIds ids(ChatWithCalls({"abcDEF123"}));
  EXPECT_EQ(Short(ids, "abcDEF123"), "abcDEF123");
}

TEST(ShortIdsTest, GivesACallAndItsResultTheSameId) {
  v1::ChatRequest chat = ChatWithCalls({"call_1"});
  chat.add_messages()->set_tool_call_id("call_1");
  const ShortIds ids(chat);
  EXPECT_NE(Short(ids, "call_1"), "call_1");
  v1::ChatRequest result_only;
  result_only.add_messages()->set_tool_call_id("call_1");
  EXPECT_EQ(Short(ShortIds(result_only), "call_1"), Short(ids, "call_1"));
}

TEST(ShortIdsTest, KeepsTheIdsOfAConversationThatGoesOn) {
  const ShortIds before(ChatWithCalls({"call_1", "call_2"}));
  const ShortIds after(ChatWithCalls({"call_1", "call_2", "call_3"}));
  EXPECT_EQ(Short(before, "call_1"), Short(after, "call_1"));
  EXPECT_EQ(Short(before, "call_2"), Short(after, "call_2"));
}

TEST(ShortIdsTest, AvoidsAnIdThatTheConversationHasAlready) {
  const std::string hashed =
      Short(ShortIds(ChatWithCalls({"call_1"})), "call_1");
  const ShortIds ids(ChatWithCalls({"call_1", hashed.c_str()}));
  EXPECT_EQ(Short(ids, hashed), hashed);
  EXPECT_NE(Short(ids, "call_1"), hashed);
  EXPECT_EQ(Short(ids, "call_1").size(), 9u);
}

TEST(ShortIdsTest, MakesNoTwoIdsTheSame) {
  v1::ChatRequest chat;
  for (int i = 0; i < 1000; ++i) {
    chat.add_messages()->set_tool_call_id(absl::StrCat("call_", i));
  }
  const ShortIds ids(chat);
  std::set<std::string> short_ids;
  for (int i = 0; i < 1000; ++i) {
    short_ids.insert(Short(ids, absl::StrCat("call_", i)));
  }
  EXPECT_EQ(short_ids.size(), 1000u);
}

TEST(ShortIdsTest, LeavesAnIdThatTheConversationDoesNotHave) {
  const ShortIds ids(ChatWithCalls({"call_1"}));
  EXPECT_EQ(Short(ids, "call_2"), "call_2");
}

}  // namespace
}  // namespace aigateway

#include "providers/bedrock/bedrock_conversation.h"

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

class BedrockConversationTest : public BedrockRequestFixture {
 protected:
  // The messages of `body`, as JSON.
  static std::string Messages(const std::string& body) {
    const size_t begin = body.find("\"messages\":");
    const size_t end = body.rfind("]}]");
    return begin == std::string::npos || end == std::string::npos
               ? body
               : body.substr(begin + 11, end + 3 - begin - 11);
  }
};

TEST_F(BedrockConversationTest, LiftsInstructionsAndJoinsNeighbours) {
  EXPECT_EQ(Write(R"pb(
              messages { role: ROLE_SYSTEM content: "be kind" }
              messages { role: ROLE_USER content: "a" }
              messages { role: ROLE_USER content: "b" }
              messages { role: ROLE_DEVELOPER content: "be short" }
              messages { role: ROLE_ASSISTANT content: "c" }
              messages { role: ROLE_USER content: " " }
              messages { role: ROLE_ASSISTANT content: "d  " }
            )pb"),
            R"({"system":[{"text":"be kind"},{"text":"be short"}],)"
            R"("messages":[{"role":"user","content":[{"text":"a"},)"
            R"({"text":"b"}]},{"role":"assistant","content":[{"text":"c"},)"
            R"({"text":"d"}]}]})");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("1 instruction was moved")));
}

TEST_F(BedrockConversationTest, AnswersCallsFirst) {
  const std::string messages = Messages(Write(R"pb(
    messages { role: ROLE_USER content: "weather?" }
    messages {
      role: ROLE_ASSISTANT
      content: "I look."
      tool_calls { id: "t1" name: "f" arguments: "{\"a\":1e400}" }
      tool_calls { id: "t2" name: "g" }
    }
    messages { role: ROLE_TOOL tool_call_id: "t1" content: "sun" }
    messages { role: ROLE_TOOL tool_call_id: "t2" content: "" }
    messages { role: ROLE_USER content: "and?" }
    tools { name: "f" }
  )pb"));
  EXPECT_EQ(messages,
            R"([{"role":"user","content":[{"text":"weather?"}]},)"
            R"({"role":"assistant","content":[{"text":"I look."},)"
            R"({"toolUse":{"toolUseId":"t1","name":"f","input":{"a":1e400}}},)"
            R"({"toolUse":{"toolUseId":"t2","name":"g","input":{}}}]},)"
            R"({"role":"user","content":[)"
            R"({"toolResult":{"toolUseId":"t1","content":[{"text":"sun"}]}},)"
            R"({"toolResult":{"toolUseId":"t2","content":[{"text":)"
            "\"(empty)\""
            R"(}]}},)"
            R"({"text":"and?"}]}])");
}

TEST_F(BedrockConversationTest, KeepsResultsApartWhereTheyWantToBe) {
  const std::string body =
      Write(R"pb(
              messages { role: ROLE_USER content: "q" }
              messages {
                role: ROLE_ASSISTANT
                tool_calls { id: "t" name: "f" }
              }
              messages { role: ROLE_TOOL tool_call_id: "t" content: "r" }
              messages { role: ROLE_USER content: "u" }
              tools { name: "f" }
            )pb",
            kBedrockLlama);
  EXPECT_THAT(body, HasSubstr(R"([{"text":"r"}]}}]},{"role":"assistant",)"));
  EXPECT_THAT(body, HasSubstr(R"({"role":"user","content":[{"text":"u"}]})"));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("only apart")));
}

TEST_F(BedrockConversationTest, GivesInstructionsToTheUserWhereThereAreNone) {
  EXPECT_EQ(Messages(Write(R"pb(messages { role: ROLE_SYSTEM content: "s" }
                                messages { role: ROLE_USER content: "u" })pb",
                           "amazon.titan-text-express-v1")),
            R"([{"role":"user","content":[{"text":"s"},{"text":"u"}]}])");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("takes none")));
}

TEST_F(BedrockConversationTest, SaysWhatIsWrong) {
  const auto field = [&](const char* chat) {
    Write(chat);
    const auto violations = GetViolations(status_);
    return violations.empty() ? "" : violations[0].field;
  };
  EXPECT_EQ(field(R"pb(messages { role: ROLE_SYSTEM content: "s" })pb"),
            "chat.messages");
  EXPECT_EQ(field(R"pb(messages { role: ROLE_ASSISTANT content: "s" })pb"),
            "chat.messages");
  EXPECT_EQ(field(R"pb(messages { role: ROLE_TOOL content: "s" })pb"),
            "chat.messages[0].tool_call_id");
  EXPECT_EQ(field(R"pb(messages { role: ROLE_USER content: "s" }
                       messages {
                         role: ROLE_ASSISTANT
                         tool_calls { id: "t" name: "f" arguments: "{" }
                       })pb"),
            "chat.messages[1].tool_calls[0].arguments");
  EXPECT_EQ(field(R"pb(messages { role: ROLE_USER content: "s" }
                       messages {
                         role: ROLE_ASSISTANT
                         tool_calls { name: "f" }
                       })pb"),
            "chat.messages[1].tool_calls[0].id");
}

}  // namespace
}  // namespace aigateway

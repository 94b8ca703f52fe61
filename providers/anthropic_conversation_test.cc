#include "providers/anthropic_conversation.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_writer.h"
#include "providers/anthropic_test_kit.h"
#include "providers/anthropic_thoughts.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr absl::string_view kOldModel = "claude-opus-4-5";

class AnthropicConversationTest : public ::testing::Test {
 protected:
  absl::StatusOr<AnthropicConversation> Read(
      absl::string_view text, absl::string_view model = kOldModel,
      bool keep_bound = true) {
    chat_ = ChatOf(text);
    warnings_.clear();
    AnthropicCall call(chat_, model, OnUnsupported::kDropHints, &warnings_);
    return ReadAnthropicConversation(keep_bound, call);
  }

  // The same as one line of JSON for the instructions, if any, and for each
  // turn; or the error.
  std::string Written(absl::string_view text,
                      absl::string_view model = kOldModel,
                      bool keep_bound = true) {
    absl::StatusOr<AnthropicConversation> read = Read(text, model, keep_bound);
    if (!read.ok()) return std::string(read.status().message());
    std::string lines;
    if (!read->system.empty()) AddLine("top", read->system, &lines);
    for (const AnthropicTurn& turn : read->turns) {
      AddLine(turn.role, turn.blocks, &lines);
    }
    return lines;
  }

  v1::ChatRequest chat_;
  std::vector<std::string> warnings_;

 private:
  static void AddLine(absl::string_view role,
                      const std::vector<AnthropicBlock>& blocks,
                      std::string* lines) {
    absl::StrAppend(lines, role, " ");
    AnthropicCacheMarks marks(CountAnthropicCacheMarks(blocks));
    {
      JsonWriter out(lines);
      WriteAnthropicBlocks(blocks, marks, out);
    }
    absl::StrAppend(lines, "\n");
  }
};

TEST_F(AnthropicConversationTest, LiftsLeadingInstructions) {
  EXPECT_EQ(Written(R"pb(messages { role: ROLE_SYSTEM content: "Be short." }
                         messages { role: ROLE_DEVELOPER content: "In C++." }
                         messages { role: ROLE_USER content: "hi" })pb"),
            "top [{\"type\":\"text\",\"text\":\"Be short.\"},"
            "{\"type\":\"text\",\"text\":\"In C++.\"}]\n"
            "user \"hi\"\n");
  EXPECT_THAT(warnings_, IsEmpty());
}

// Case 015.
TEST_F(AnthropicConversationTest, PutsResultsOfParallelToolsInOneTurnAndFirst) {
  EXPECT_EQ(
      Written(R"pb(
        messages { role: ROLE_USER content: "1+2 and 2*2" }
        messages {
          role: ROLE_ASSISTANT
          content: ""
          tool_calls { id: "t1" name: "add" arguments: "{\"a\":1, \"b\":2}" }
          tool_calls { id: "t2" name: "mul" arguments: "{\"a\":2,\"b\":2}" }
        }
        messages { role: ROLE_TOOL tool_call_id: "t1" content: "3" }
        messages { role: ROLE_USER content: "Thanks, and" }
        messages { role: ROLE_TOOL tool_call_id: "t2" content: "4" }
        messages { role: ROLE_USER content: "the sum?" }
      )pb"),
      R"(user "1+2 and 2*2"
assistant [{"type":"tool_use","id":"t1","name":"add","input":{"a":1, "b":2}},{"type":"tool_use","id":"t2","name":"mul","input":{"a":2,"b":2}}]
user [{"type":"tool_result","tool_use_id":"t1","content":"3"},{"type":"tool_result","tool_use_id":"t2","content":"4"},{"type":"text","text":"Thanks, and"},{"type":"text","text":"the sum?"}]
)");
}

TEST_F(AnthropicConversationTest, PutsPicturesIntoTheResultOfTheirTool) {
  EXPECT_THAT(
      Written(R"pb(
        messages { role: ROLE_USER content: "look" }
        messages {
          role: ROLE_ASSISTANT
          tool_calls { id: "t1" name: "see" }
        }
        messages {
          role: ROLE_TOOL
          tool_call_id: "t1"
          parts { text: "here" }
          parts { image { url: "https://x/a.png" } }
        }
      )pb"),
      HasSubstr(R"({"type":"tool_result","tool_use_id":"t1","content":[)"
                R"({"type":"text","text":"here"},{"type":"image",)"));
}

TEST_F(AnthropicConversationTest, MergesNeighboursOfOneRole) {
  EXPECT_EQ(Written(R"pb(messages { role: ROLE_USER content: "a" }
                         messages { role: ROLE_USER content: "b" }
                         messages { role: ROLE_ASSISTANT content: "c" }
                         messages {
                           role: ROLE_ASSISTANT
                           tool_calls { id: "t" name: "f" }
                         })pb"),
            R"(user [{"type":"text","text":"a"},{"type":"text","text":"b"}]
assistant [{"type":"text","text":"c"},{"type":"tool_use","id":"t","name":"f","input":{}}]
)");
}

TEST_F(AnthropicConversationTest, LeavesBlankTextsOut) {
  EXPECT_EQ(Written(R"pb(messages { role: ROLE_USER content: "a" }
                         messages { role: ROLE_ASSISTANT content: "\n" }
                         messages {
                           role: ROLE_USER
                           parts { text: "" }
                           parts { text: "b" }
                         })pb"),
            "user [{\"type\":\"text\",\"text\":\"a\"},"
            "{\"type\":\"text\",\"text\":\"b\"}]\n");
}

TEST_F(AnthropicConversationTest, RefusesAConversationWithoutAnythingToAnswer) {
  EXPECT_THAT(
      Read(R"pb(messages { role: ROLE_SYSTEM content: "Be short." })pb"),
      HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(Read(R"pb(messages { role: ROLE_USER content: " " })pb"),
              HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(Read(""), HasReason(ErrorReason::kInvalidRequest));
}

// Case 016.
TEST_F(AnthropicConversationTest, GivesACallWithoutArgumentsAnEmptyObject) {
  const auto input = [&](absl::string_view arguments) {
    return Written(absl::StrCat(
        R"pb(messages { role: ROLE_ASSISTANT
                        tool_calls { id: "t1" name: "now" arguments: ")pb",
        arguments, R"pb(" } })pb"));
  };
  EXPECT_THAT(input(""), HasSubstr(R"("input":{})"));
  EXPECT_THAT(input(" \\n"), HasSubstr(R"("input":{})"));
  EXPECT_THAT(input("null"), HasSubstr(R"("input":{})"));
  EXPECT_THAT(input("{bad"), HasSubstr("'t1'"));
  EXPECT_THAT(input("{bad"), HasSubstr("chat.messages[0].tool_calls[0]"));
  EXPECT_THAT(input("[1]"), HasSubstr("'t1'"));
  // No way to say more than an input.
  EXPECT_THAT(input("{}],\\\"model\\\":\\\"x\\\""), HasSubstr("not JSON"));
}

TEST_F(AnthropicConversationTest, RefusesCallsAndResultsWithoutAnId) {
  EXPECT_THAT(Written(R"pb(messages {
                             role: ROLE_ASSISTANT
                             tool_calls { name: "f" }
                           })pb"),
              HasSubstr("chat.messages[0].tool_calls[0].id"));
  EXPECT_THAT(Written(R"pb(messages { role: ROLE_TOOL content: "3" })pb"),
              HasSubstr("chat.messages[0].tool_call_id"));
}

TEST_F(AnthropicConversationTest, MovesLaterInstructionsUpWhereNoneMayStand) {
  EXPECT_EQ(Written(R"pb(messages { role: ROLE_USER content: "a" }
                         messages { role: ROLE_SYSTEM content: "In rhyme." }
                         messages { role: ROLE_USER content: "b" })pb"),
            "top \"In rhyme.\"\n"
            "user [{\"type\":\"text\",\"text\":\"a\"},"
            "{\"type\":\"text\",\"text\":\"b\"}]\n");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("moved to the beginning")));
}

TEST_F(AnthropicConversationTest, PutsLaterInstructionsBehindTheUsersTurn) {
  EXPECT_EQ(
      Written(R"pb(messages { role: ROLE_USER content: "a" }
                   messages { role: ROLE_ASSISTANT content: "b" }
                   messages { role: ROLE_SYSTEM content: "In rhyme." }
                   messages { role: ROLE_USER content: "c" }
                   messages { role: ROLE_DEVELOPER content: "Short." })pb",
              "claude-opus-4-8"),
      "user \"a\"\n"
      "assistant \"b\"\n"
      "user \"c\"\n"
      "system [{\"type\":\"text\",\"text\":\"In rhyme.\"},"
      "{\"type\":\"text\",\"text\":\"Short.\"}]\n");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(AnthropicConversationTest,
       MovesInstructionsUpThatFollowNoTurnOfTheUser) {
  EXPECT_EQ(
      Written(R"pb(messages { role: ROLE_USER content: "a" }
                   messages { role: ROLE_ASSISTANT content: "b" }
                   messages { role: ROLE_SYSTEM content: "In rhyme." })pb",
              "claude-opus-4-8"),
      "top \"In rhyme.\"\nuser \"a\"\nassistant \"b\"\n");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("moved to the beginning")));
}

TEST_F(AnthropicConversationTest, RefusesInstructionsThatAreNotText) {
  EXPECT_THAT(Read(R"pb(messages {
                          role: ROLE_SYSTEM
                          parts { image { url: "https://x/a.png" } }
                        })pb"),
              HasReason(ErrorReason::kUnsupportedParameter));
}

TEST_F(AnthropicConversationTest, TrimsTheEndOfWhatTheModelIsToGoOnFrom) {
  EXPECT_EQ(
      Written(R"pb(messages { role: ROLE_USER content: "a " }
                   messages { role: ROLE_ASSISTANT content: "It is \n" })pb"),
      "user \"a \"\nassistant \"It is\"\n");
}

TEST_F(AnthropicConversationTest, SendsThoughtsBackBeforeAllElse) {
  EXPECT_EQ(Written(R"pb(
              messages { role: ROLE_USER content: "a" }
              messages {
                role: ROLE_ASSISTANT
                content: "b"
                refusal: "no"
                reasoning_content: "not this"
                tool_calls { id: "t" name: "f" }
                reasoning_blocks { text: "hm" signature: "s1" }
                reasoning_blocks { opaque: "r1" }
                reasoning_blocks { text: "" signature: "s2" }
              })pb"),
            R"(user "a"
assistant [{"type":"thinking","thinking":"hm","signature":"s1"},{"type":"redacted_thinking","data":"r1"},{"type":"thinking","thinking":"","signature":"s2"},{"type":"text","text":"b"},{"type":"text","text":"no"},{"type":"tool_use","id":"t","name":"f","input":{}}]
)");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(AnthropicConversationTest, LeavesThoughtsOfOthersOut) {
  EXPECT_EQ(
      Written(R"pb(
        messages { role: ROLE_USER content: "a" }
        messages {
          role: ROLE_ASSISTANT
          content: "b"
          reasoning_blocks { text: "x" signature: "s" model: "gpt-6" }
          reasoning_blocks { text: "x" signature: "s" model: "claude-opus-5" }
          reasoning_blocks { signature: "gemini" }
          reasoning_blocks { text: "no signature" }
          reasoning_blocks { opaque: "{\"type\":\"reasoning\"}" }
          reasoning_blocks {}
          reasoning_blocks {
            text: "mine"
            signature: "s"
            model: "claude-opus-4-5-20251101"
          }
        })pb"),
      "user \"a\"\n"
      "assistant [{\"type\":\"thinking\",\"thinking\":\"mine\","
      "\"signature\":\"s\"},{\"type\":\"text\",\"text\":\"b\"}]\n");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("6 reasoning blocks")));
}

TEST_F(AnthropicConversationTest, KeepsThoughtsUnderTheNameOfADeployment) {
  EXPECT_THAT(Written(R"pb(messages {
                             role: ROLE_ASSISTANT
                             reasoning_blocks {
                               text: "x"
                               signature: "s"
                               model: "claude-opus-5-5"
                             }
                           })pb",
                      "my-deployment"),
              HasSubstr("thinking"));
}

TEST_F(AnthropicConversationTest, DropsBoundThoughtsIfThePromptIsAnother) {
  const std::string text = R"pb(messages {
                                  role: ROLE_ASSISTANT
                                  content: "b"
                                  reasoning_blocks { text: "x" signature: "s" }
                                })pb";
  EXPECT_THAT(Written(text, "claude-opus-5-5", /*keep_bound=*/true),
              HasSubstr("thinking"));
  EXPECT_EQ(Written(text, "claude-opus-5-5", /*keep_bound=*/false),
            "assistant \"b\"\n");
  EXPECT_THAT(Written(text, "claude-opus-5", /*keep_bound=*/false),
              HasSubstr("thinking"));
}

TEST_F(AnthropicConversationTest, PutsBlocksBackToWhereTheyStood) {
  v1::ChatRequest chat = ChatOf(R"pb(
    messages {
      role: ROLE_ASSISTANT
      content: "Größer?Yes."
      tool_calls { id: "t1" name: "f" }
      tool_calls { id: "t2" name: "g" }
      reasoning_blocks { text: "hm" signature: "s0" }
    })pb");
  v1::Message& message = *chat.mutable_messages(0);
  // The later one first: its place says where it stood.
  v1::ReasoningBlock& late = *message.add_reasoning_blocks();
  late.set_text("so");
  late.set_signature("s4");
  late.set_opaque(WriteAnthropicOpaque({5, 13, 1}, ""));
  message.add_reasoning_blocks()->set_opaque(WriteAnthropicOpaque(
      {2, 9, 0}, R"({"type":"server_tool_use","id":"srv1"})"));

  EXPECT_EQ(
      Written(chat.DebugString()),
      R"(assistant [{"type":"thinking","thinking":"hm","signature":"s0"},)"
      R"({"type":"text","text":"Größer?"},)"
      R"({"type":"server_tool_use","id":"srv1"},)"
      R"({"type":"text","text":"Yes."},)"
      R"({"type":"tool_use","id":"t1","name":"f","input":{}},)"
      R"({"type":"thinking","thinking":"so","signature":"s4"},)"
      R"({"type":"tool_use","id":"t2","name":"g","input":{}}])"
      "\n");
}

TEST_F(AnthropicConversationTest, SurvivesPlacesThatDoNotFit) {
  v1::ChatRequest chat = ChatOf(R"pb(
    messages { role: ROLE_ASSISTANT content: "ä!" })pb");
  for (const AnthropicPlace& place :
       {AnthropicPlace{1, 1, 0}, AnthropicPlace{2, 99, 99},
        AnthropicPlace{INT64_MAX, INT64_MAX, INT64_MAX}}) {
    chat.mutable_messages(0)->add_reasoning_blocks()->set_opaque(
        WriteAnthropicOpaque(place, R"({"type":"server_tool_use"})"));
  }

  EXPECT_THAT(Written(chat.DebugString()),
              HasSubstr(R"({"type":"text","text":"ä!"}])"));
}

TEST_F(AnthropicConversationTest,
       SeesToolResultsWhoseCallsCameWithoutThinking) {
  const std::string result =
      R"pb(messages { role: ROLE_TOOL tool_call_id: "t" content: "1" })pb";
  const std::string call = R"pb(messages {
                                  role: ROLE_ASSISTANT
                                  tool_calls { id: "t" name: "f" }
                                })pb";
  const std::string thought =
      R"pb(messages {
             role: ROLE_ASSISTANT
             tool_calls { id: "t" name: "f" }
             reasoning_blocks { text: "" signature: "s" }
           })pb";
  EXPECT_TRUE(Read(call + result)->loop_without_thinking);
  EXPECT_FALSE(Read(thought + result)->loop_without_thinking);
  EXPECT_FALSE(Read(call)->loop_without_thinking);
  EXPECT_FALSE(Read(result)->loop_without_thinking);
  EXPECT_FALSE(Read(call + result +
                    R"pb(messages { role: ROLE_ASSISTANT content: "x" }
                         messages { role: ROLE_USER content: "y" })pb")
                   ->loop_without_thinking);
}

TEST_F(AnthropicConversationTest, MarksTheLastBlockThatCanBeCached) {
  EXPECT_EQ(
      Written(R"pb(messages {
                     role: ROLE_USER
                     parts { text: "a" }
                     parts { text: "b" }
                     cache_control {}
                   }
                   messages {
                     role: ROLE_ASSISTANT
                     reasoning_blocks { text: "x" signature: "s" }
                     cache_control {}
                   })pb"),
      R"(user [{"type":"text","text":"a"},{"type":"text","text":"b","cache_control":{"type":"ephemeral"}}]
assistant [{"type":"thinking","thinking":"x","signature":"s"}]
)");
}

TEST_F(AnthropicConversationTest, TellsOnceThatNamesAreLeftOut) {
  Written(R"pb(messages { role: ROLE_USER name: "Ann" content: "a" }
               messages { role: ROLE_USER name: "Bob" content: "b" })pb");

  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.messages[0].name")));
}

TEST_F(AnthropicConversationTest, RefusesRolesThatAreNone) {
  EXPECT_THAT(Written(R"pb(messages { content: "a" })pb"),
              HasSubstr("chat.messages[0].role"));
}

}  // namespace
}  // namespace aigateway

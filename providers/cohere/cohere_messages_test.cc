#include "providers/cohere/cohere_messages.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/cohere/cohere_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CohereMessagesTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::string> Write(absl::string_view text) {
    const v1::ChatRequest chat = CohereChat(text);
    const ParameterPolicy policy(OnUnsupported::kDropHints, &warnings_);
    std::string json;
    JsonWriter out(&json);
    const absl::Status status =
        WriteCohereMessages({chat, model_, policy}, out);
    if (!status.ok()) return status;
    return json;
  }

  std::string model_ = "command-a-reasoning-08-2025";
  std::vector<std::string> warnings_;
};

TEST_F(CohereMessagesTest, WritesEachRole) {
  EXPECT_THAT(
      Write(R"pb(
        messages { role: ROLE_SYSTEM content: "be brief" }
        messages { role: ROLE_DEVELOPER content: "and kind" }
        messages { role: ROLE_USER content: "hi" }
        messages { role: ROLE_ASSISTANT content: "hello" }
      )pb"),
      IsOkAndHolds(std::string(R"([{"role":"system","content":"be brief"},)"
                               R"({"role":"system","content":"and kind"},)"
                               R"({"role":"user","content":"hi"},)"
                               R"({"role":"assistant","content":"hello"}])")));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(CohereMessagesTest, WritesCallsAndTheirResults) {
  EXPECT_THAT(
      Write(R"pb(
        messages {
          role: ROLE_ASSISTANT
          tool_calls { id: "c1" name: "f" arguments: "{\"a\":1.50}" }
          tool_calls { id: "c2" name: "g" }
          reasoning_blocks {
            opaque: "{\"tool_plan\":\"I will.\"}"
            model: "command-a-reasoning-08-2025"
          }
        }
        messages { role: ROLE_TOOL tool_call_id: "c1" name: "f" content: "r" }
        messages {
          role: ROLE_TOOL
          tool_call_id: "c2"
          parts { text: "s" }
          parts { text: "t" }
        }
      )pb"),
      IsOkAndHolds(std::string(
          R"([{"role":"assistant","tool_plan":"I will.","tool_calls":[)"
          R"({"id":"c1","type":"function","function":)"
          R"({"name":"f","arguments":"{\"a\":1.50}"}},)"
          R"({"id":"c2","type":"function","function":)"
          R"({"name":"g","arguments":"{}"}}]},)"
          R"({"role":"tool","tool_call_id":"c1","content":"r"},)"
          R"({"role":"tool","tool_call_id":"c2","content":[)"
          R"({"type":"text","text":"s"},{"type":"text","text":"t"}]}])")));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(CohereMessagesTest, WritesImagesByUrlAndByBytes) {
  EXPECT_THAT(Write(R"pb(
                messages {
                  role: ROLE_USER
                  parts { text: "look" }
                  parts { image { url: "https://h/i.png" detail: "low" } }
                  parts { image { data: "abc" media_type: "image/png" } }
                }
              )pb"),
              IsOkAndHolds(std::string(
                  R"([{"role":"user","content":[{"type":"text","text":"look"},)"
                  R"({"type":"image_url","image_url":)"
                  R"({"url":"https://h/i.png","detail":"low"}},)"
                  R"({"type":"image_url","image_url":)"
                  R"({"url":"data:image/png;base64,YWJj"}}]}])")));
}

TEST_F(CohereMessagesTest, SendsThoughtsBackToAModelThatThinks) {
  constexpr absl::string_view kThought = R"pb(
    messages { role: ROLE_ASSISTANT content: "8" reasoning_content: "5 and 3" }
  )pb";
  EXPECT_THAT(Write(kThought),
              IsOkAndHolds(HasSubstr(
                  R"("content":[{"type":"thinking","thinking":"5 and 3"},)"
                  R"({"type":"text","text":"8"}])")));
  model_ = "command-a-03-2025";
  EXPECT_THAT(Write(kThought), IsOkAndHolds(HasSubstr(R"("content":"8")")));
}

TEST_F(CohereMessagesTest, BlocksCountAndThoseOfOthersAreLeftOut) {
  EXPECT_THAT(
      Write(R"pb(
        messages {
          role: ROLE_ASSISTANT
          content: "8"
          reasoning_content: "not this"
          reasoning_blocks { text: "nor this" signature: "sealed" }
          reasoning_blocks { text: "nor this" model: "claude-opus-4-5" }
          reasoning_blocks { opaque: "not json" }
          reasoning_blocks { opaque: "{\"type\":\"reasoning\"}" }
          reasoning_blocks { text: "this" model: "command-a-reasoning-08-2025" }
        }
      )pb"),
      IsOkAndHolds(std::string(R"([{"role":"assistant","content":[)"
                               R"({"type":"thinking","thinking":"this"},)"
                               R"({"type":"text","text":"8"}]}])")));
}

TEST_F(CohereMessagesTest, RefusesPartsThatCohereDoesNotTake) {
  for (const char* part :
       {R"(role: ROLE_USER parts { audio { url: "u" } })",
        R"(role: ROLE_USER parts { file { url: "u" } })",
        R"(role: ROLE_TOOL parts { image { url: "u" } })",
        R"(role: ROLE_SYSTEM parts { image { url: "u" } })",
        R"(role: ROLE_ASSISTANT parts { image { url: "u" } })"}) {
    EXPECT_THAT(Write(std::string("messages {") + part + "}"),
                HasReason(ErrorReason::kUnsupportedParameter))
        << part;
  }
  EXPECT_THAT(Write(R"pb(messages {
                           role: ROLE_USER
                           parts { image { data: "a" } }
                         })pb"),
              HasReason(ErrorReason::kInvalidRequest));
}

TEST_F(CohereMessagesTest, LeavesNamesOutWithAWarning) {
  EXPECT_THAT(
      Write(R"pb(messages { role: ROLE_USER name: "Ada" content: "hi" })pb"),
      IsOkAndHolds(std::string(R"([{"role":"user","content":"hi"}])")));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.messages[0].name")));
}

TEST_F(CohereMessagesTest, KnowsWhichModelsThink) {
  EXPECT_TRUE(CohereThinks("command-a-plus-05-2026"));
  EXPECT_TRUE(CohereThinks("command-b-2027"));
  EXPECT_FALSE(CohereThinks("command-r-plus"));
  EXPECT_FALSE(CohereThinks("c4ai-aya-expanse-32b"));
}

}  // namespace
}  // namespace aigateway

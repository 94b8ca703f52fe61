#include "providers/ollama/ollama_messages.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/ollama/ollama_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class OllamaMessagesTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::string> Write(absl::string_view text) {
    const v1::ChatRequest chat = OllamaChat(text);
    const ParameterPolicy policy(on_unsupported_, &warnings_);
    const OllamaCall call{chat, "qwen3:4b", policy};
    std::string json;
    JsonWriter out(&json);
    const absl::Status status = WriteOllamaMessages(call, out);
    if (!status.ok()) return status;
    return json;
  }

  void ExpectRefused(absl::string_view text, ErrorReason reason,
                     absl::string_view field) {
    const absl::Status status = Write(text).status();
    EXPECT_THAT(status, HasReason(reason)) << text;
    ASSERT_EQ(GetViolations(status).size(), 1U) << text;
    EXPECT_EQ(GetViolations(status)[0].field, field) << text;
  }

  OnUnsupported on_unsupported_ = OnUnsupported::kDropHints;
  std::vector<std::string> warnings_;
};

TEST_F(OllamaMessagesTest, WritesEachRole) {
  EXPECT_THAT(Write(R"pb(messages { role: ROLE_SYSTEM content: "s" }
                         messages { role: ROLE_DEVELOPER content: "d" }
                         messages { role: ROLE_USER content: "u" }
                         messages { role: ROLE_ASSISTANT content: "a" }
                         messages { role: ROLE_ASSISTANT refusal: "no" })pb"),
              IsOkAndHolds(R"([{"role":"system","content":"s"},)"
                           R"({"role":"system","content":"d"},)"
                           R"({"role":"user","content":"u"},)"
                           R"({"role":"assistant","content":"a"},)"
                           R"({"role":"assistant","content":"no"}])"));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(OllamaMessagesTest, WritesPartsAsOneTextAndImages) {
  EXPECT_THAT(Write(R"pb(messages {
                           role: ROLE_USER
                           parts { text: "a" }
                           parts { image { data: "\377\000\001" } }
                           parts { text: "b" }
                           parts { image { url: "DATA:image/png;base64,/wAB" } }
                         })pb"),
              IsOkAndHolds(R"([{"role":"user","content":"a\nb",)"
                           R"("images":["/wAB","/wAB"]}])"));
}

TEST_F(OllamaMessagesTest, WritesCallsAndResults) {
  EXPECT_THAT(
      Write(R"pb(messages {
                   role: ROLE_ASSISTANT
                   tool_calls { id: "c1" name: "f" arguments: " {\"b\": 1} " }
                   tool_calls { id: "c2" name: "g" }
                 }
                 messages { role: ROLE_TOOL tool_call_id: "c2" content: "x" }
                 messages {
                   role: ROLE_TOOL
                   tool_call_id: "c1"
                   name: "own"
                   content: "y"
                 }
                 messages { role: ROLE_TOOL tool_call_id: "c9" content: "z" }
      )pb"),
      IsOkAndHolds(
          R"([{"role":"assistant","content":"","tool_calls":[)"
          R"({"id":"c1","function":{"index":0,"name":"f",)"
          R"("arguments":{"b": 1}}},)"
          R"({"id":"c2","function":{"index":1,"name":"g","arguments":{}}}]},)"
          R"({"role":"tool","content":"x","tool_name":"g",)"
          R"("tool_call_id":"c2"},)"
          R"({"role":"tool","content":"y","tool_name":"own",)"
          R"("tool_call_id":"c1"},)"
          R"({"role":"tool","content":"z","tool_call_id":"c9"}])"));
}

TEST_F(OllamaMessagesTest, SendsBackWhatThisModelThought) {
  EXPECT_THAT(
      Write(R"pb(messages {
                   role: ROLE_ASSISTANT
                   content: "a"
                   reasoning_content: "hm"
                 }
                 messages {
                   role: ROLE_ASSISTANT
                   content: "b"
                   reasoning_content: "not this"
                   reasoning_blocks { text: "one" model: "qwen3:4b" }
                   reasoning_blocks { text: "another's" model: "gpt-oss" }
                   reasoning_blocks { text: "sealed" signature: "s" }
                 })pb"),
      IsOkAndHolds(R"([{"role":"assistant","content":"a","thinking":"hm"},)"
                   R"({"role":"assistant","content":"b","thinking":"one"}])"));
}

TEST_F(OllamaMessagesTest, RefusesWhatIsNoQuestionWithout) {
  on_unsupported_ = OnUnsupported::kDrop;
  ExpectRefused("messages { parts { image { url: 'https://e.com/a.png' } } }",
                ErrorReason::kUnsupportedParameter,
                "chat.messages[0].parts[0].image.url");
  ExpectRefused("messages { parts { audio { data: 'a' } } }",
                ErrorReason::kUnsupportedParameter,
                "chat.messages[0].parts[0].audio");
  ExpectRefused("messages { parts { file { data: 'a' } } }",
                ErrorReason::kUnsupportedParameter,
                "chat.messages[0].parts[0].file");
}

TEST_F(OllamaMessagesTest, RefusesWhatTheCallerGotWrong) {
  ExpectRefused("messages { parts {} }", ErrorReason::kInvalidRequest,
                "chat.messages[0].parts[0]");
  ExpectRefused("messages { parts { image {} } }", ErrorReason::kInvalidRequest,
                "chat.messages[0].parts[0].image");
  for (const char* url : {"data:", "data:image/png,abc", "data:;base64,%%%"}) {
    ExpectRefused(
        absl::StrCat("messages { parts { image { url: '", url, "' } } }"),
        ErrorReason::kInvalidRequest, "chat.messages[0].parts[0].image.url");
  }
  for (const char* arguments : {"[]", "7", "{", "{} {}"}) {
    ExpectRefused(
        absl::StrCat("messages { role: ROLE_ASSISTANT tool_calls { id: 'c' "
                     "name: 'f' arguments: '",
                     arguments, "' } }"),
        ErrorReason::kInvalidRequest,
        "chat.messages[0].tool_calls[0].arguments");
  }
}

TEST_F(OllamaMessagesTest, LeavesOutHints) {
  ASSERT_THAT(Write(R"pb(messages {
                           role: ROLE_USER
                           name: "ann"
                           parts { image { data: "a" detail: "low" } }
                         })pb"),
              IsOk());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("messages[0].name"),
                                     HasSubstr("parts[0].image.detail")));
}

}  // namespace
}  // namespace aigateway

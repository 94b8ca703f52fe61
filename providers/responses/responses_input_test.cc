#include "providers/responses/responses_input.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_writer.h"
#include "providers/openai_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class ResponsesInputTest : public testing::Test {
 protected:
  absl::StatusOr<std::string> Write(absl::string_view type,
                                    absl::string_view text) {
    OpenAiInstance instance = InstanceOf(type);
    instance.api = OpenAiApi::kResponses;
    const v1::ChatRequest chat = OpenAiChatOf(text);
    warnings_.clear();
    const ParameterPolicy policy(OnUnsupported::kDropHints, &warnings_);
    const auto plan = OpenAiPlan::Make(instance, chat, model_, policy);
    if (!plan.ok()) return plan.status();
    std::string json;
    JsonWriter out(&json);
    out.StartObject();
    const absl::Status status =
        WriteResponsesInput(instance, *plan, model_, policy, chat, out);
    if (!status.ok()) return status;
    out.EndObject();
    return json;
  }
  std::string Input(absl::string_view type, absl::string_view text) {
    const absl::StatusOr<std::string> json = Write(type, text);
    EXPECT_THAT(json, IsOk());
    return json.value_or("");
  }

  std::string model_ = "gpt-5.5";
  std::vector<std::string> warnings_;
};

TEST_F(ResponsesInputTest, TakesTheFirstSystemMessageForInstructions) {
  const char* const kChat = R"pb(
    messages { role: ROLE_SYSTEM content: "Be brief." }
    messages { role: ROLE_USER content: "Hi" }
    messages { role: ROLE_DEVELOPER content: "More." }
  )pb";
  EXPECT_EQ(Input("openai", kChat), CompactJson(R"({
    "instructions": "Be brief.",
    "input": [{"type": "message", "role": "user", "content": "Hi"},
      {"type": "message", "role": "developer", "content": "More."}]})"));
  // Whose instructions are an item, and who knows no developer.
  model_ = "grok-4.3";
  EXPECT_EQ(Input("xai", kChat), CompactJson(R"({
    "input": [{"type": "message", "role": "system", "content": "Be brief."},
      {"type": "message", "role": "user", "content": "Hi"},
      {"type": "message", "role": "system", "content": "More."}]})"));
}

TEST_F(ResponsesInputTest, NeverLeavesTheInputEmpty) {
  EXPECT_EQ(
      Input("openai", R"pb(messages { role: ROLE_SYSTEM content: "Hi" })pb"),
      CompactJson(R"({"input": [
              {"type": "message", "role": "system", "content": "Hi"}]})"));
}

TEST_F(ResponsesInputTest, WritesImagesAndDocuments) {
  EXPECT_EQ(Input("openai", R"pb(
              messages {
                role: ROLE_USER
                parts { text: "What?" }
                parts { image { url: "http://a/b.png" detail: "low" } }
                parts { image { data: "abc" media_type: "image/png" } }
                parts { file { file_id: "file-1" } }
                parts { file { url: "http://a/b.pdf" } }
                parts { file { data: "abc" media_type: "application/pdf" } }
              })pb"),
            CompactJson(R"({"input": [{"type": "message", "role": "user",
              "content": [{"type": "input_text", "text": "What?"},
              {"type": "input_image", "image_url": "http://a/b.png",
               "detail": "low"},
              {"type": "input_image", "image_url":
               "data:image/png;base64,YWJj"},
              {"type": "input_file", "file_id": "file-1"},
              {"type": "input_file", "file_url": "http://a/b.pdf"},
              {"type": "input_file", "filename": "document", "file_data":
               "data:application/pdf;base64,YWJj"}]}]})"));
}

TEST_F(ResponsesInputTest, RefusesSoundAndPartsWithoutWhatTheyNeed) {
  EXPECT_THAT(Write("openai", R"pb(
                messages {
                  role: ROLE_USER
                  parts { audio { data: "a" media_type: "audio/wav" } }
                })pb"),
              HasReason(ErrorReason::kUnsupportedParameter));
  for (const char* part :
       {"image {}", "file {}", "image { data: 'a' }", "file { data: 'a' }"}) {
    EXPECT_THAT(Write("openai", absl::StrCat("messages { role: ROLE_USER ",
                                             "parts {", part, "} }")),
                HasReason(ErrorReason::kInvalidRequest))
        << part;
  }
}

TEST_F(ResponsesInputTest, WritesTheResultsOfTools) {
  EXPECT_EQ(Input("openai", R"pb(
              messages {
                role: ROLE_TOOL
                tool_call_id: "c1"
                parts { text: "4" }
                parts { text: "2" }
              }
              messages {
                role: ROLE_TOOL
                tool_call_id: "c2"
                parts { text: "see" }
                parts { image { url: "http://a/b.png" } }
              })pb"),
            CompactJson(R"({"input": [
              {"type": "function_call_output", "call_id": "c1",
               "output": "42"},
              {"type": "function_call_output", "call_id": "c2", "output": [
               {"type": "input_text", "text": "see"},
               {"type": "input_image", "image_url": "http://a/b.png"}]}]})"));
}

TEST_F(ResponsesInputTest, MarksTheCacheWhereTheModelTakesIt) {
  const char* const kChat = R"pb(
    messages {
      role: ROLE_USER
      content: "long"
      cache_control {}
    })pb";
  model_ = "gpt-5.6";
  EXPECT_THAT(Input("openai", kChat),
              HasSubstr(R"([{"type":"input_text","text":"long",)"
                        R"("prompt_cache_breakpoint":{"mode":"explicit"}}])"));
  model_ = "gpt-5.5";
  EXPECT_THAT(Input("openai", kChat), Not(HasSubstr("breakpoint")));
}

TEST_F(ResponsesInputTest, LeavesOutNames) {
  EXPECT_THAT(
      Input("openai",
            R"pb(messages { role: ROLE_USER content: "a" name: "Ann" })pb"),
      Not(HasSubstr("Ann")));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.messages[0].name")));
}

}  // namespace
}  // namespace aigateway

#include "gateway/core/validate_request.h"

#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::HasSubstr;

v1::ChatRequest MakeChat(const std::string& more = "") {
  v1::ChatRequest chat;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"(model: "m1" messages { role: ROLE_USER content: "hi" })" + more,
      &chat));
  return chat;
}

// The field that the first violation names; empty if the request is fine.
std::string FaultyField(const v1::ChatRequest& chat) {
  const absl::Status status = ValidateChat(chat);
  if (status.ok()) return "";
  EXPECT_THAT(status, HasReason(ErrorReason::kInvalidRequest));
  const std::vector<FieldViolation> violations = GetViolations(status);
  return violations.empty() ? "(none)" : violations[0].field;
}

std::string FaultyField(const std::string& more) {
  return FaultyField(MakeChat(more));
}

TEST(ValidateChatTest, TakesAPlainRequest) { EXPECT_EQ(FaultyField(""), ""); }

TEST(ValidateChatTest, BoundsTheNameOfTheModel) {
  v1::ChatRequest chat = MakeChat();
  chat.set_model(std::string(256, 'm'));
  EXPECT_EQ(FaultyField(chat), "");
  chat.set_model(std::string(257, 'm'));
  EXPECT_EQ(FaultyField(chat), "chat.model");
  for (const char* name : {"a\nb",
                           "a\x1f"
                           "b",
                           "\x7f"}) {
    chat.set_model(name);
    EXPECT_EQ(FaultyField(chat), "chat.model");
  }
}

TEST(ValidateChatTest, AsksForAModelMessagesAndRoles) {
  v1::ChatRequest chat = MakeChat();
  chat.clear_model();
  EXPECT_EQ(FaultyField(chat), "chat.model");
  chat = MakeChat();
  chat.clear_messages();
  EXPECT_EQ(FaultyField(chat), "chat.messages");
  EXPECT_EQ(FaultyField(R"(messages { content: "x" })"),
            "chat.messages[1].role");
}

TEST(ValidateChatTest, RefusesContentAndPartsTogether) {
  EXPECT_EQ(
      FaultyField(
          R"(messages { role: ROLE_USER content: "a" parts { text: "b" } })"),
      "chat.messages[1]");
}

TEST(ValidateChatTest, RefusesAPartThatIsEmpty) {
  EXPECT_EQ(FaultyField(R"(messages { role: ROLE_USER parts {} })"),
            "chat.messages[1].parts[0]");
  EXPECT_EQ(FaultyField(R"(messages { role: ROLE_USER parts { image {} } })"),
            "chat.messages[1].parts[0].image");
}

TEST(ValidateChatTest, NamesTheCallWhoseArgumentsAreNoJson) {
  const v1::ChatRequest chat = MakeChat(
      R"(messages { role: ROLE_ASSISTANT
           tool_calls { id: "t1" name: "now" arguments: "{bad" } })");
  EXPECT_EQ(FaultyField(chat), "chat.messages[1].tool_calls[0].arguments");
  EXPECT_THAT(std::string(ValidateChat(chat).message()), HasSubstr("'t1'"));
}

TEST(ValidateChatTest, TakesEmptyArgumentsForNone) {
  EXPECT_EQ(FaultyField(R"(messages { role: ROLE_ASSISTANT
                              tool_calls { id: "t1" name: "now" } })"),
            "");
}

TEST(ValidateChatTest, AsksAToolResultForItsCall) {
  EXPECT_EQ(FaultyField(R"(messages { role: ROLE_TOOL content: "3" })"),
            "chat.messages[1].tool_call_id");
}

TEST(ValidateChatTest, RefusesSchemasThatAreNoJsonObjects) {
  EXPECT_EQ(FaultyField(R"(tools { name: "f" parameters: "[1]" })"),
            "chat.tools[0].parameters");
  EXPECT_EQ(FaultyField(R"(tools { name: "f" parameters: "{}]" })"),
            "chat.tools[0].parameters");
  EXPECT_EQ(FaultyField(R"(response_format { json_schema { schema: "{" } })"),
            "chat.response_format.json_schema.schema");
  EXPECT_EQ(
      FaultyField(R"(response_format { json_schema { schema: "true" } })"), "");
}

TEST(ValidateChatTest, RefusesAToolChoiceThatNamesNoTool) {
  EXPECT_EQ(FaultyField(R"(tools { name: "f" } tool_choice { name: "g" })"),
            "chat.tool_choice.name");
  EXPECT_EQ(FaultyField(R"(tool_choice { mode: TOOL_CHOICE_MODE_REQUIRED })"),
            "chat.tool_choice.mode");
  EXPECT_EQ(FaultyField(R"(tools { name: "f" } tools { name: "f" })"),
            "chat.tools[1].name");
}

TEST(ValidateChatTest, RefusesNumbersOutOfRange) {
  EXPECT_EQ(FaultyField("temperature: -0.5"), "chat.temperature");
  EXPECT_EQ(FaultyField("temperature: nan"), "chat.temperature");
  EXPECT_EQ(FaultyField("top_p: 1.5"), "chat.top_p");
  EXPECT_EQ(FaultyField("n: 0"), "chat.n");
  EXPECT_EQ(FaultyField("max_output_tokens: 0"), "chat.max_output_tokens");
  EXPECT_EQ(FaultyField(R"(logit_bias { key: "5" value: inf })"),
            "chat.logit_bias");
  EXPECT_EQ(FaultyField(R"(stop: "")"), "chat.stop[0]");
}

TEST(ValidateChatTest, TakesNumbersUpToTheirBounds) {
  EXPECT_EQ(FaultyField("temperature: 2 presence_penalty: 2 "
                        "frequency_penalty: -2 top_p: 1 logprobs: true "
                        "top_logprobs: 20 "
                        "logit_bias { key: '5' value: -100 }"),
            "");
  EXPECT_EQ(FaultyField("temperature: 2.1"), "chat.temperature");
  EXPECT_EQ(FaultyField("temperature: inf"), "chat.temperature");
  EXPECT_EQ(FaultyField("presence_penalty: 2.5"), "chat.presence_penalty");
  EXPECT_EQ(FaultyField("frequency_penalty: -3"), "chat.frequency_penalty");
  EXPECT_EQ(FaultyField("logprobs: true top_logprobs: 21"),
            "chat.top_logprobs");
  EXPECT_EQ(FaultyField("logprobs: true top_logprobs: -1"),
            "chat.top_logprobs");
  EXPECT_EQ(FaultyField("logit_bias { key: '5' value: 101 }"),
            "chat.logit_bias");
  EXPECT_EQ(FaultyField("logit_bias { key: '5' value: nan }"),
            "chat.logit_bias");
}

TEST(ValidateChatTest, AsksForLogprobsBesideTheLikeliestOnes) {
  EXPECT_EQ(FaultyField("top_logprobs: 3"), "chat.top_logprobs");
  EXPECT_EQ(FaultyField("logprobs: false top_logprobs: 3"),
            "chat.top_logprobs");
  EXPECT_EQ(FaultyField("top_logprobs: 0"), "");
}

TEST(ValidateChatTest, RefusesAToolNameThatNoProviderTakes) {
  v1::ChatRequest chat = MakeChat(R"(tools { name: "a" })");
  for (const std::string& name :
       {std::string("get_Weather-2"), std::string("server.tool:v1"),
        std::string(128, 'a')}) {
    chat.mutable_tools(0)->set_name(name);
    EXPECT_EQ(FaultyField(chat), "") << name;
  }
  for (const std::string& name :
       {std::string("a b"), std::string("a/b"), std::string("f\xc3\xa4"),
        std::string("a\nb"), std::string(129, 'a')}) {
    chat.mutable_tools(0)->set_name(name);
    EXPECT_EQ(FaultyField(chat), "chat.tools[0].name") << name;
  }
}

TEST(ValidateChatTest, TakesTheIdOfACallInToolMessagesOnly) {
  EXPECT_EQ(FaultyField(R"(messages { role: ROLE_USER content: "3"
                              tool_call_id: "t1" })"),
            "chat.messages[1].tool_call_id");
  EXPECT_EQ(FaultyField(R"(messages { role: ROLE_TOOL content: "3"
                              tool_call_id: "t1" })"),
            "");
}

TEST(ValidateChatTest, KeepsAnExplicitZero) {
  EXPECT_EQ(FaultyField("temperature: 0 presence_penalty: 0 top_p: 0"), "");
}

TEST(ValidateChatTest, ReportsEveryFaultUpToABound) {
  v1::ChatRequest chat = MakeChat();
  for (int i = 0; i < 100; ++i) chat.add_messages();
  EXPECT_EQ(GetViolations(ValidateChat(chat)).size(), 20u);
}

TEST(ValidateOptionsTest, RefusesWhatNothingActsOn) {
  v1::RoutingOptions options;
  EXPECT_THAT(ValidateOptions(options), IsOk());
  options.set_max_cost_micro_usd(1);
  EXPECT_THAT(ValidateOptions(options),
              HasReason(ErrorReason::kNotImplemented));
}

TEST(ValidateOptionsTest, RefusesValuesThatAreNone) {
  v1::RoutingOptions options;
  options.set_on_interruption(v1::ON_INTERRUPTION_RESTART);
  options.set_priority(v1::PRIORITY_HIGH);
  EXPECT_THAT(ValidateOptions(options), IsOk());
  options.set_on_interruption(static_cast<v1::OnInterruption>(9));
  EXPECT_THAT(ValidateOptions(options),
              HasReason(ErrorReason::kInvalidRequest));
  options.clear_on_interruption();
  options.set_priority(static_cast<v1::Priority>(9));
  EXPECT_THAT(ValidateOptions(options),
              HasReason(ErrorReason::kInvalidRequest));
}

TEST(ValidateOptionsTest, RefusesAnIdempotencyKeyThatIsNoPlainText) {
  v1::RoutingOptions options;
  options.set_idempotency_key("k\n");
  EXPECT_THAT(ValidateOptions(options),
              HasReason(ErrorReason::kInvalidRequest));
}

TEST(ValidateOptionsTest, RefusesARequestIdThatIsNoPlainText) {
  v1::RoutingOptions options;
  options.set_request_id("1\r\nX-Evil: 1");
  EXPECT_THAT(ValidateOptions(options),
              HasReason(ErrorReason::kInvalidRequest));
  options.set_request_id(std::string(129, 'a'));
  EXPECT_THAT(ValidateOptions(options),
              HasReason(ErrorReason::kInvalidRequest));
}

std::vector<std::string> FaultyEmbedFields(const std::string& text) {
  v1::EmbedRequest embed;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &embed));
  std::vector<std::string> fields;
  for (const FieldViolation& violation : GetViolations(ValidateEmbed(embed))) {
    fields.push_back(violation.field);
  }
  return fields;
}

TEST(ValidateEmbedTest, TakesTextsOrTokens) {
  using testing::ElementsAre;
  using testing::IsEmpty;
  EXPECT_THAT(FaultyEmbedFields(R"(model: "m" input: "a")"), IsEmpty());
  EXPECT_THAT(FaultyEmbedFields(R"(model: "m" token_inputs { tokens: 0 })"),
              IsEmpty());
  EXPECT_THAT(FaultyEmbedFields(R"(model: "m")"), ElementsAre("input"));
  EXPECT_THAT(
      FaultyEmbedFields(R"(model: "m" input: "a" token_inputs { tokens: 1 })"),
      ElementsAre("input"));
}

TEST(ValidateEmbedTest, NamesEachFault) {
  using testing::ElementsAre;
  EXPECT_THAT(FaultyEmbedFields(R"(input: "a" input: "" dimensions: 0)"),
              ElementsAre("model", "input[1]", "dimensions"));
  EXPECT_THAT(
      FaultyEmbedFields(
          R"(model: "m" token_inputs {} token_inputs { tokens: [ 1, -1 ] })"),
      ElementsAre("token_inputs[0].tokens", "token_inputs[1].tokens"));
}

}  // namespace
}  // namespace aigateway

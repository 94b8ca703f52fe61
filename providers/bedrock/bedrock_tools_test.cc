#include "providers/bedrock/bedrock_tools.h"

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
using testing::IsEmpty;
using testing::Not;

constexpr char kTwoTools[] =
    R"pb(tools {
           name: "f"
           description: "Does it."
           parameters: "{\"type\":\"object\",\"properties\":{}}"
         }
         tools { name: "g" description: " " })pb";
constexpr char kHistory[] =
    R"pb(messages { role: ROLE_USER content: "q" }
         messages {
           role: ROLE_ASSISTANT
           tool_calls { id: "t" name: "f" }
           tool_calls { id: "u" name: "f" }
         }
         messages { role: ROLE_TOOL tool_call_id: "t" content: "r" })pb";

class BedrockToolsTest : public BedrockRequestFixture {};

TEST_F(BedrockToolsTest, OffersTools) {
  EXPECT_EQ(
      WithoutHello(WriteHello(kTwoTools)),
      R"({"toolConfig":{"tools":[{"toolSpec":{"name":"f",)"
      R"("description":"Does it.",)"
      R"("inputSchema":{"json":{"type":"object","properties":{}}}}},)"
      R"({"toolSpec":{"name":"g",)"
      R"("inputSchema":{"json":{"type":"object","properties":{}}}}}]},})");
}

TEST_F(BedrockToolsTest, ForcesCallsWhereThatIsTaken) {
  const auto choice = [&](const char* words, const char* model) {
    const std::string body = WriteHello(std::string(kTwoTools) + words, model);
    const size_t at = body.find("\"toolChoice\"");
    return at == std::string::npos
               ? ""
               : body.substr(at, body.find('}', at) - at + 2);
  };
  constexpr char kRequired[] =
      "tool_choice { mode: TOOL_CHOICE_MODE_REQUIRED }";
  constexpr char kNamed[] = "tool_choice { name: 'g' }";
  EXPECT_EQ(choice(kRequired, kBedrockClaude), R"("toolChoice":{"any":{}})");
  EXPECT_EQ(choice(kNamed, kBedrockClaude),
            R"("toolChoice":{"tool":{"name":"g"}})");
  EXPECT_EQ(
      choice("tool_choice { mode: TOOL_CHOICE_MODE_AUTO }", kBedrockClaude),
      R"("toolChoice":{"auto":{}})");
  EXPECT_THAT(warnings_, IsEmpty());
  EXPECT_EQ(choice(kNamed, "mistral.mistral-large-2407-v1:0"),
            R"("toolChoice":{"any":{}})");
  EXPECT_THAT(warnings_, IsEmpty());
  EXPECT_EQ(choice(kRequired, kBedrockLlama), R"("toolChoice":{"auto":{}})");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("tool_choice")));
  const std::string named =
      WriteHello(std::string(kTwoTools) + kNamed, kBedrockLlama);
  EXPECT_THAT(named, Not(HasSubstr(R"("name":"f")")));
}

TEST_F(BedrockToolsTest, ForcesNothingWhileClaudeThinksByABudget) {
  EXPECT_THAT(WriteHello(std::string(kTwoTools) +
                         R"pb(tool_choice { name: "f" }
                              reasoning { effort: "low" })pb"),
              HasSubstr(R"("toolChoice":{"auto":{}})"));
}

TEST_F(BedrockToolsTest, OffersNoneWhereNoneMayBeCalled) {
  constexpr char kNone[] = "tool_choice { mode: TOOL_CHOICE_MODE_NONE }";
  EXPECT_EQ(WithoutHello(WriteHello(std::string(kTwoTools) + kNone)), "{}");
  // There is no word for it once tools are part of the conversation.
  const std::string chat = std::string(kHistory) + kTwoTools + kNone;
  Write(chat);
  EXPECT_THAT(status_, HasReason(ErrorReason::kUnsupportedParameter));
  EXPECT_THAT(Write(chat, kBedrockClaude, OnUnsupported::kDrop),
              HasSubstr("toolConfig"));
}

TEST_F(BedrockToolsTest, DeclaresWhatWasCalledBefore) {
  EXPECT_THAT(Write(kHistory),
              HasSubstr(R"({"toolConfig":{"tools":[{"toolSpec":{"name":"f",)"
                        R"("inputSchema":{"json":{"type":"object",)"
                        R"("properties":{}}}}}]},)"));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("declared by name")));
}

TEST_F(BedrockToolsTest, HoldsArgumentsToTheirSchema) {
  constexpr char kStrict[] =
      R"pb(tools {
             name: "f"
             parameters: "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"minimum\":1}}}"
             strict: true
           })pb";
  const std::string body = WriteHello(kStrict);
  EXPECT_THAT(body, HasSubstr(R"("strict":true)"));
  EXPECT_THAT(body, HasSubstr(R"("additionalProperties":false)"));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("minimum")));
  EXPECT_THAT(WriteHello(kStrict, kBedrockNova), Not(HasSubstr("strict")));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("strict")));
}

TEST_F(BedrockToolsTest, MarksToolsForTheCache) {
  constexpr char kMarked[] =
      R"pb(tools {
             name: "f"
             cache_control {}
           })pb";
  EXPECT_THAT(WriteHello(kMarked),
              HasSubstr(R"(,{"cachePoint":{"type":"default"}}]})"));
  EXPECT_THAT(WriteHello(kMarked, kBedrockNova), Not(HasSubstr("cachePoint")));
}

TEST_F(BedrockToolsTest, SaysWhatIsWrong) {
  WriteHello(R"pb(tools { name: "a.b" })pb");
  EXPECT_THAT(status_, HasReason(ErrorReason::kUnsupportedParameter));
  WriteHello(R"pb(tools { name: "f" parameters: "[" })pb");
  EXPECT_THAT(status_, HasReason(ErrorReason::kInvalidRequest));
  WriteHello(R"pb(tools { name: "f" parameters: "[]" })pb");
  EXPECT_THAT(status_, HasReason(ErrorReason::kInvalidRequest));
  WriteHello(R"pb(tool_choice { name: "f" })pb");
  EXPECT_THAT(status_, HasReason(ErrorReason::kInvalidRequest));
  WriteHello("tool_choice { mode: TOOL_CHOICE_MODE_REQUIRED }");
  EXPECT_THAT(status_, HasReason(ErrorReason::kInvalidRequest));
  WriteHello(std::string(kTwoTools) + "parallel_tool_calls: false");
  EXPECT_THAT(status_, HasReason(ErrorReason::kUnsupportedParameter));
}

}  // namespace
}  // namespace aigateway

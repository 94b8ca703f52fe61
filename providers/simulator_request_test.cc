#include "providers/simulator_request.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Format = SimulatorRequest::Format;
using ToolChoice = SimulatorRequest::ToolChoice;

constexpr absl::string_view kHello =
    R"("model":"simulator","messages":[{"role":"user","content":"hello you"}])";
constexpr absl::string_view kTools =
    R"("tools":[{"type":"function","function":{"name":"look","description":
    "Looks around.","parameters":{"type":"object"}}},{"type":"function",
    "function":{"name":"go"}}])";

class SimulatorRequestTest : public ::testing::Test {
 protected:
  SimulatorRequest Read(absl::string_view body) {
    return ReadSimulatorRequest(body, &violations_);
  }
  // Members beside a hello.
  SimulatorRequest ReadWith(absl::string_view members) {
    const SimulatorRequest request =
        Read(absl::StrCat("{", kHello, ",", members, "}"));
    EXPECT_THAT(violations_, IsEmpty()) << violations_.front().description;
    return request;
  }

  std::vector<FieldViolation> violations_;
};

TEST_F(SimulatorRequestTest, ReadsAPlainRequest) {
  const SimulatorRequest request = Read(absl::StrCat("{", kHello, "}"));

  EXPECT_THAT(violations_, IsEmpty());
  EXPECT_EQ(request.model, "simulator");
  EXPECT_EQ(request.user_text, "hello you");
  EXPECT_EQ(request.prompt_tokens, 3 + 2);
  EXPECT_FALSE(request.stream);
  EXPECT_FALSE(request.max_tokens.has_value());
  EXPECT_EQ(request.n, 1);
  EXPECT_FALSE(request.ends_with_assistant);
  EXPECT_FALSE(request.ends_with_tool);
}

TEST_F(SimulatorRequestTest, ReadsScalars) {
  const SimulatorRequest request = ReadWith(
      R"("stream":true,"stream_options":{"include_usage":true},
         "max_completion_tokens":9,"n":3,"parallel_tool_calls":false,
         "logprobs":true,"top_logprobs":2,"reasoning_effort":"high",
         "service_tier":"flex","temperature":0.5,"user":null,"seed":7)");

  EXPECT_TRUE(request.stream);
  EXPECT_TRUE(request.include_usage);
  EXPECT_EQ(request.max_tokens, 9);
  EXPECT_EQ(request.n, 3);
  EXPECT_FALSE(request.parallel_tool_calls);
  EXPECT_TRUE(request.logprobs);
  EXPECT_EQ(request.top_logprobs, 2);
  EXPECT_EQ(request.reasoning_effort, "high");
  EXPECT_EQ(request.service_tier, "flex");
}

TEST_F(SimulatorRequestTest, TakesNullForAbsent) {
  const SimulatorRequest request = ReadWith(
      R"("stream":null,"max_tokens":null,"n":null,"stop":null,"tools":null,
         "response_format":null,"reasoning_effort":null,"logprobs":null)");
  EXPECT_FALSE(request.stream);
  EXPECT_THAT(request.stop, IsEmpty());
  EXPECT_EQ(request.format, Format::kText);
}

TEST_F(SimulatorRequestTest, ReadsStopAsTextOrList) {
  EXPECT_THAT(ReadWith(R"("stop":"END")").stop, ElementsAre("END"));
  EXPECT_THAT(ReadWith(R"("stop":["a","","b"])").stop, ElementsAre("a", "b"));
}

TEST_F(SimulatorRequestTest, ReadsToolsAndTheChoiceAmongThem) {
  const SimulatorRequest request = ReadWith(absl::StrCat(
      kTools,
      R"(,"tool_choice":{"type":"function","function":{"name":"go"}})"));
  ASSERT_THAT(request.tools, SizeIs(2));
  EXPECT_EQ(request.tools[0].name, "look");
  EXPECT_EQ(request.tools[0].parameters, R"({"type":"object"})");
  EXPECT_EQ(request.tools[1].parameters, "");
  EXPECT_EQ(request.tool_choice, ToolChoice::kNamed);
  EXPECT_EQ(request.tool_name, "go");
  EXPECT_GT(request.prompt_tokens, 5) << "tools are part of the prompt";

  EXPECT_EQ(ReadWith(absl::StrCat(kTools, R"(,"tool_choice":"required")"))
                .tool_choice,
            ToolChoice::kRequired);
  EXPECT_EQ(
      ReadWith(absl::StrCat(kTools, R"(,"tool_choice":"none")")).tool_choice,
      ToolChoice::kNone);
  EXPECT_EQ(
      ReadWith(absl::StrCat(kTools, R"(,"tool_choice":"auto")")).tool_choice,
      ToolChoice::kAuto);
}

TEST_F(SimulatorRequestTest, ReadsTheResponseFormat) {
  EXPECT_EQ(ReadWith(R"("response_format":{"type":"json_object"})").format,
            Format::kJsonObject);
  const SimulatorRequest request = ReadWith(
      R"("response_format":{"type":"json_schema","json_schema":{"name":"x",
         "strict":true,"schema":{"type": "object"}}})");
  EXPECT_EQ(request.format, Format::kJsonSchema);
  EXPECT_EQ(request.schema, R"({"type": "object"})");
}

TEST_F(SimulatorRequestTest, TakesTheLastUserMessageAndCountsAll) {
  const SimulatorRequest request = Read(
      R"({"model":"m","messages":[
          {"role":"system","content":"be brief"},
          {"role":"user","content":"first"},
          {"role":"assistant","content":null,"tool_calls":[{"id":"1"}]},
          {"role":"tool","tool_call_id":"1","content":"42 degrees"},
          {"role":"user","content":[{"type":"text","text":"and "},
            {"type":"image_url","image_url":{"url":"data:,"}},
            {"type":"text","text":"now?"}]},
          {"role":"assistant","content":"It is"}]})");

  EXPECT_THAT(violations_, IsEmpty());
  EXPECT_EQ(request.user_text, "and now?");
  EXPECT_TRUE(request.ends_with_assistant);
  EXPECT_EQ(request.prefill, "It is");
  // 6 messages of 3; words 2 + 1 + [{"id":"1"}] 1 + 2 + ("and", " ", "now?") 3
  // + 2; one picture.
  EXPECT_EQ(request.prompt_tokens, 18 + 11 + 85);
}

TEST_F(SimulatorRequestTest, SeesAToolsResultAtTheEnd) {
  const SimulatorRequest request = Read(
      R"({"model":"m","messages":[{"role":"user","content":"x"},
          {"role":"tool","tool_call_id":"1","content":"42"}]})");
  EXPECT_TRUE(request.ends_with_tool);
  EXPECT_EQ(request.tool_result, "42");
  EXPECT_EQ(request.user_text, "x");
}

TEST_F(SimulatorRequestTest, KeepsTheBeginningOfALongText) {
  const SimulatorRequest request = Read(
      absl::StrCat(R"({"model":"m","messages":[{"role":"user","content":")",
                   std::string(100'000, 'x'), R"("}]})"));
  EXPECT_EQ(request.user_text.size(), 16384u);
  EXPECT_EQ(request.prompt_tokens, 3 + 100'000 / 16);
}

TEST_F(SimulatorRequestTest, ReadsItsOwnOptionsAmongTheMembers) {
  const SimulatorRequest request =
      ReadWith(R"("tokens":60,"fault":{"type":"cut"})");
  EXPECT_EQ(request.options.tokens, 60);
  EXPECT_THAT(request.options.faults, testing::Optional(SizeIs(1)));
}

TEST_F(SimulatorRequestTest, RefusesWhatOpenAiWould) {
  const struct {
    absl::string_view body;
    absl::string_view field;
  } refused[] = {
      {R"({"messages":[{"role":"user"}]})", "model"},
      {R"({"model":7,"messages":[{"role":"user"}]})", "model"},
      {R"({"model":"m"})", "messages"},
      {R"({"model":"m","messages":[]})", "messages"},
      {R"({"model":"m","messages":"hi"})", "messages"},
      {R"({"model":"m","messages":[{"content":"hi"}]})", "messages"},
      {R"({"model":"m","messages":[{"role":"user"}],"n":0})", "n"},
      {R"({"model":"m","messages":[{"role":"user"}],"n":17})", "n"},
      {R"({"model":"m","messages":[{"role":"user"}],"stream":"yes"})",
       "stream"},
      {R"({"model":"m","messages":[{"role":"user"}],"max_tokens":0})",
       "max_tokens"},
      {R"({"model":"m","messages":[{"role":"user"}],"top_logprobs":21})",
       "top_logprobs"},
      {R"({"model":"m","messages":[{"role":"user"}],"tool_choice":"always"})",
       "tool_choice"},
      {R"({"model":"m","messages":[{"role":"user"}],"tool_choice":"required"})",
       "tool_choice"},
      {R"({"model":"m","messages":[{"role":"user"}],"tools":[{}]})", "tools"},
      {R"({"model":"m","messages":[{"role":"user"}],
           "response_format":{"type":"xml"}})",
       "response_format.type"},
      {R"({"model":"m","messages":[{"role":"user"}],"temprature":1})",
       "temprature"},
      {R"({"model":"m","messages":[{"role":"user"}],"fault":{"type":"x"}})",
       "fault.type"},
      {R"({"model":"m","messages":[{"role":"user"}]} x)", "body"},
      {"", "body"},
      {"\xFF\xFE", "body"},
  };
  for (const auto& [body, field] : refused) {
    violations_.clear();
    Read(body);
    ASSERT_THAT(violations_, testing::Not(IsEmpty())) << body;
    EXPECT_EQ(violations_.front().field, field) << body;
  }
}

TEST_F(SimulatorRequestTest, SurvivesMembersOfTheWrongKind) {
  for (const absl::string_view body :
       {"[]", "7", R"({"model":"m","messages":[7,"x",null,[]]})",
        R"({"model":"m","messages":{"role":"user"}})",
        R"({"model":"m","messages":[{"role":7,"content":{"a":1}}]})",
        R"({"model":"m","messages":[{"role":"user","content":[7,[]]}],
            "tools":[7],"stop":7,"tool_choice":7,"response_format":7})",
        R"({"model":"m","messages":[{"role":"user"}],"stream_options":7})"}) {
    violations_.clear();
    Read(body);
  }
}

}  // namespace
}  // namespace aigateway

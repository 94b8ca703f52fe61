// Reported cases 015 to 017: calls of tools, what they are given and what they
// gave.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/fakes/fake_upstream.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_process.h"
#include "tests/integration/provider_replies.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr char kCity[] =
    R"({"type":"object","properties":{"city":{"type":"string"}}})";

// One gateway over three upstreams: a (OpenAI-shaped), an (Anthropic-shaped)
// and gm (Gemini-shaped), of which a call names one.
class ToolCases : public testing::Test {
 protected:
  ToolCases()
      : gateway_(GatewayProcess::Options{
            .config = absl::StrCat("providers:\n", Instance("a", a_),
                                   Instance("an", an_, "anthropic"),
                                   Instance("gm", gm_, "gemini"),
                                   "targets:\n"
                                   "- {virtual_key: a, models: [a]}\n"
                                   "- {virtual_key: an, models: [an]}\n"
                                   "- {virtual_key: gm, models: [gm]}\n")}) {}

  Seen Call(absl::string_view model, bool stream, v1::ChatRequest chat) {
    chat.set_model(std::string(model));
    return CallEither(gateway_, stream, chat);
  }

  FakeUpstream a_;
  FakeUpstream an_;
  FakeUpstream gm_;
  GatewayProcess gateway_;
};

// A question, two calls at once, their results and a further question.
v1::ChatRequest ParallelHistory() {
  v1::ChatRequest chat = EmptyChat();
  AddTool("add", "", chat);
  AddTool("mul", "", chat);
  AddMessage(v1::ROLE_SYSTEM, "Be short.", chat);
  AddMessage(v1::ROLE_USER, "1+2 and 2*2", chat);
  v1::Message& calls = AddMessage(v1::ROLE_ASSISTANT, "", chat);
  AddToolCall("t1", "add", R"({"a":1,"b":2})", calls);
  AddToolCall("t2", "mul", R"({"a":2,"b":2})", calls);
  AddToolResult("t1", "3", chat);
  AddToolResult("t2", "4", chat);
  AddMessage(v1::ROLE_USER, "Thanks, and the sum?", chat);
  return chat;
}

TEST_F(ToolCases, Case015GivesAnthropicAllResultsInOneTurn) {
  for (bool stream : {false, true}) {
    an_.SetReply(TextReply("anthropic", stream, "7"));
    const Seen seen = Call("an", stream, ParallelHistory());
    EXPECT_EQ(seen.text, "7") << seen.message();
    const std::string body = an_.requests().back().body;
    EXPECT_THAT(At(body, "/system"), HasSubstr("Be short."));
    EXPECT_EQ(At(body, "/messages/0/role"), "\"user\"");
    EXPECT_EQ(At(body, "/messages/1/role"), "\"assistant\"");
    EXPECT_EQ(At(body, "/messages/2/role"), "\"user\"");
    EXPECT_EQ(At(body, "/messages/3"), "");
    EXPECT_EQ(
        At(body, "/messages/1/content"),
        R"([{"type":"tool_use","id":"t1","name":"add","input":{"a":1,"b":2}},)"
        R"({"type":"tool_use","id":"t2","name":"mul","input":{"a":2,"b":2}}])");
    EXPECT_EQ(At(body, "/messages/2/content"),
              R"([{"type":"tool_result","tool_use_id":"t1","content":"3"},)"
              R"({"type":"tool_result","tool_use_id":"t2","content":"4"},)"
              R"({"type":"text","text":"Thanks, and the sum?"}])");
    EXPECT_NE(At(body, "/max_tokens"), "");
  }
}

TEST_F(ToolCases, Case015GivesGeminiAllResultsInOneTurn) {
  for (bool stream : {false, true}) {
    gm_.SetReply(TextReply("gemini", stream, "7"));
    const Seen seen = Call("gm", stream, ParallelHistory());
    EXPECT_EQ(seen.text, "7") << seen.message();
    const std::string body = gm_.requests().back().body;
    EXPECT_THAT(At(body, "/systemInstruction"), HasSubstr("Be short."));
    EXPECT_EQ(At(body, "/contents/0/role"), "\"user\"");
    EXPECT_EQ(At(body, "/contents/1/role"), "\"model\"");
    EXPECT_EQ(At(body, "/contents/1/parts/0/functionCall/args"),
              R"({"a":1,"b":2})");
    EXPECT_EQ(At(body, "/contents/1/parts/1/functionCall/args"),
              R"({"a":2,"b":2})");
    EXPECT_EQ(At(body, "/contents/1/parts/2"), "");
    EXPECT_EQ(At(body, "/contents/2/role"), "\"user\"");
    EXPECT_EQ(At(body, "/contents/2/parts/0/functionResponse/name"), "\"add\"");
    EXPECT_EQ(At(body, "/contents/2/parts/1/functionResponse/name"), "\"mul\"");
    EXPECT_EQ(At(body, "/contents/2/parts/2/text"), "\"Thanks, and the sum?\"");
    EXPECT_EQ(At(body, "/contents/3"), "");
  }
}

TEST_F(ToolCases, Case015GivesOpenAiEachResultAsItsOwnMessage) {
  for (bool stream : {false, true}) {
    a_.SetReply(TextReply("openai", stream, "7"));
    const Seen seen = Call("a", stream, ParallelHistory());
    EXPECT_EQ(seen.text, "7") << seen.message();
    const std::string body = a_.requests().back().body;
    std::vector<std::string> roles;
    for (int i = 0; i < 6; ++i) {
      roles.push_back(At(body, absl::StrCat("/messages/", i, "/role")));
    }
    EXPECT_THAT(roles, ElementsAre("\"system\"", "\"user\"", "\"assistant\"",
                                   "\"tool\"", "\"tool\"", "\"user\""));
    EXPECT_EQ(At(body, "/messages/2/tool_calls/1/function/arguments"),
              R"("{\"a\":2,\"b\":2}")");
    EXPECT_EQ(At(body, "/messages/3/tool_call_id"), "\"t1\"");
    EXPECT_EQ(At(body, "/messages/4/tool_call_id"), "\"t2\"");
  }
}

void ExpectOneCallOfNow(const Seen& seen) {
  EXPECT_TRUE(seen.status.ok()) << seen.message();
  ASSERT_THAT(seen.tool_calls, SizeIs(1));
  EXPECT_THAT(seen.tool_calls[0].id(), Not(IsEmpty()));
  EXPECT_EQ(seen.tool_calls[0].name(), "now");
  EXPECT_EQ(seen.tool_calls[0].arguments(), "{}");
  ASSERT_THAT(seen.finishes, SizeIs(1));
  EXPECT_EQ(seen.finishes[0].finish_reason(), v1::FINISH_REASON_TOOL_CALLS);
}

v1::ChatRequest AskForNow() {
  v1::ChatRequest chat = EmptyChat();
  AddTool("now", "", chat);
  AddMessage(v1::ROLE_USER, "hi", chat);
  return chat;
}

TEST_F(ToolCases, Case016GivesACallWithoutArgumentsAnEmptyObject) {
  const std::string block =
      R"({"type":"tool_use","id":"t1","name":"now","input":{}})";
  an_.SetReplies(
      {JsonAnswer(AnthropicMessage(absl::StrCat("[", block, "]"), "tool_use")),
       EventStream({AnthropicStart(), AnthropicBlock(0, block),
                    AnthropicBlockEnd(0), AnthropicFinish("tool_use"),
                    AnthropicEvent("message_stop")})});
  gm_.SetReplies(
      {JsonAnswer(GeminiChunk(R"([{"functionCall":{"name":"now"}}])")),
       SseAnswer({GeminiChunk(R"([{"functionCall":{"name":"now"}}])")})});
  for (bool stream : {false, true}) {
    const Seen seen = Call("an", stream, AskForNow());
    ExpectOneCallOfNow(seen);
    EXPECT_EQ(seen.tool_calls[0].id(), "t1");
    ExpectOneCallOfNow(Call("gm", stream, AskForNow()));
  }
}

TEST_F(ToolCases, Case016ReadsArgumentsThatAreEmptyNullOrMissing) {
  for (const char* arguments :
       {R"(,"arguments":"")", R"(,"arguments":null)", ""}) {
    const std::string call = absl::StrCat(
        R"([{"index":0,"id":"t1","type":"function","function":{"name":"now")",
        arguments, "}}]");
    a_.SetReplies(
        {JsonAnswer(absl::StrCat(
             R"({"id":"r1","model":"m1","choices":[{"index":0,"message":)"
             R"({"role":"assistant","content":null,"tool_calls":)",
             call, R"(},"finish_reason":"tool_calls"}]})")),
         SseAnswer({absl::StrCat(R"({"id":"r1","model":"m1","choices":[{)"
                                 R"("index":0,"delta":{"tool_calls":)",
                                 call, R"(},"finish_reason":null}]})"),
                    FinishJson("tool_calls"), "[DONE]"})});
    for (bool stream : {false, true}) {
      const Seen seen = Call("a", stream, AskForNow());
      ExpectOneCallOfNow(seen);
      EXPECT_EQ(seen.tool_calls[0].id(), "t1");
    }
  }
}

// A history whose one call has `arguments`.
v1::ChatRequest HistoryOfNow(absl::string_view arguments) {
  v1::ChatRequest chat = AskForNow();
  AddToolCall("t1", "now", arguments, AddMessage(v1::ROLE_ASSISTANT, "", chat));
  AddToolResult("t1", "12:00", chat);
  AddMessage(v1::ROLE_USER, "and in an hour?", chat);
  return chat;
}

TEST_F(ToolCases, Case016SendsAnEmptyObjectForEmptyArguments) {
  a_.SetReply(Completion("13:00"));
  an_.SetReply(TextReply("anthropic", false, "13:00"));
  gm_.SetReply(TextReply("gemini", false, "13:00"));
  for (const char* model : {"a", "an", "gm"}) {
    const Seen seen = Call(model, false, HistoryOfNow(""));
    EXPECT_EQ(seen.text, "13:00") << model << ": " << seen.message();
  }
  EXPECT_EQ(At(a_.requests().back().body,
               "/messages/1/tool_calls/0/function/arguments"),
            "\"{}\"");
  EXPECT_EQ(At(an_.requests().back().body, "/messages/1/content/0/input"),
            "{}");
  EXPECT_EQ(
      At(gm_.requests().back().body, "/contents/1/parts/0/functionCall/args"),
      "{}");
}

TEST_F(ToolCases, Case016RefusesArgumentsThatAreNoJsonByTheCallsId) {
  for (const char* bad : {"{bad", "{} {}", R"({}],"model":"x")", "12:00"}) {
    for (const char* model : {"a", "an", "gm"}) {
      for (bool stream : {false, true}) {
        const Seen seen = Call(model, stream, HistoryOfNow(bad));
        EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT)
            << model << ": " << bad;
        EXPECT_EQ(seen.reason(), "INVALID_REQUEST");
        google::rpc::BadRequest faults;
        UnpackDetail(seen.status, &faults);
        EXPECT_THAT(absl::StrCat(seen.message(), faults.ShortDebugString()),
                    HasSubstr("t1"));
      }
    }
  }
  EXPECT_EQ(a_.request_count() + an_.request_count() + gm_.request_count(), 0u);
}

void ExpectThreeCities(const Seen& seen) {
  EXPECT_TRUE(seen.status.ok()) << seen.message();
  ASSERT_THAT(seen.tool_calls, SizeIs(3));
  const char* const cities[] = {"\"Rome\"", "\"Oslo\"", "\"Lima\""};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(seen.tool_calls[i].name(), "get_weather");
    EXPECT_EQ(At(seen.tool_calls[i].arguments(), "/city"), cities[i]);
    EXPECT_THAT(seen.tool_calls[i].id(), Not(IsEmpty()));
    EXPECT_NE(seen.tool_calls[i].id(), seen.tool_calls[(i + 1) % 3].id());
  }
  ASSERT_THAT(seen.finishes, SizeIs(1));
  EXPECT_EQ(seen.finishes[0].finish_reason(), v1::FINISH_REASON_TOOL_CALLS);
}

v1::ChatRequest AskForWeather() {
  v1::ChatRequest chat = EmptyChat();
  AddTool("get_weather", kCity, chat);
  AddMessage(v1::ROLE_USER, "hi", chat);
  return chat;
}

TEST_F(ToolCases, Case017CountsGeminisCallsThroughAllChunks) {
  const auto part = [](absl::string_view city) {
    return absl::StrCat(
        R"({"functionCall":{"name":"get_weather","args":{"city":")", city,
        R"("}}})");
  };
  const std::string together =
      GeminiChunk(absl::StrCat("[", part("Rome"), ",", part("Oslo"), ",",
                               part("Lima"), "]"),
                  "STOP", 8, 9);
  const std::vector<UpstreamReply> runs = {
      SseAnswer(
          {GeminiChunk(absl::StrCat("[", part("Rome"), "]"), "", 8, 3),
           GeminiChunk(absl::StrCat("[", part("Oslo"), "]"), "", 8, 6),
           GeminiChunk(absl::StrCat("[", part("Lima"), "]"), "STOP", 8, 9)}),
      SseAnswer({together}), JsonAnswer(together)};
  gm_.SetReplies(runs);
  for (bool stream : {true, true, false}) {
    const Seen seen = Call("gm", stream, AskForWeather());
    ExpectThreeCities(seen);
    EXPECT_EQ(seen.usage().prompt_tokens(), 8);
    EXPECT_EQ(seen.usage().completion_tokens(), 9);
    EXPECT_EQ(seen.usage().total_tokens(), 17);
  }
}

TEST_F(ToolCases, Case017TellsOpenAiCallsThatAllSayIndex0ApartByTheirIds) {
  const auto chunk = [](absl::string_view id, absl::string_view index,
                        absl::string_view city) {
    return absl::StrCat(
        R"({"id":"r1","model":"m1","choices":[{"index":0,"delta":)"
        R"({"tool_calls":[{)",
        index, R"("id":")", id,
        R"(","type":"function","function":{"name":"get_weather",)"
        R"("arguments":"{\"city\":\")",
        city, R"(\"}"}}]},"finish_reason":null}]})");
  };
  for (const char* index : {R"("index":0,)", ""}) {
    a_.SetReply(SseAnswer(
        {chunk("t1", index, "Rome"), chunk("t2", index, "Oslo"),
         chunk("t3", index, "Lima"), FinishJson("tool_calls"), "[DONE]"}));
    ExpectThreeCities(Call("a", true, AskForWeather()));
  }
}

}  // namespace
}  // namespace aigateway

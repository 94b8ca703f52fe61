#include "providers/simulator_reply.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/json_reader.h"
#include "providers/simulator_options.h"
#include "providers/simulator_request.h"
#include "providers/simulator_tokens.h"

namespace aigateway {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using Format = SimulatorRequest::Format;
using ToolChoice = SimulatorRequest::ToolChoice;

SimulatorRequest Asking(absl::string_view text) {
  SimulatorRequest request;
  request.model = "simulator";
  request.user_text = std::string(text);
  request.prompt_tokens = 7;
  return request;
}

SimulatorRequest AskingWithTools(absl::string_view text) {
  SimulatorRequest request = Asking(text);
  request.tools = {{"weather", R"({"type":"object","properties":{"city":{}}})"},
                   {"time", ""}};
  return request;
}

SimulatorReply Reply(const SimulatorRequest& request,
                     const SimulatorOptions& options = {}) {
  return ComposeSimulatorReply(request, options);
}

SimulatorReply::Choice FirstChoice(const SimulatorRequest& request,
                                   const SimulatorOptions& options = {}) {
  const SimulatorReply reply = Reply(request, options);
  return reply.choices.empty() ? SimulatorReply::Choice() : reply.choices[0];
}

TEST(SimulatorReplyTest, MentionsWhatWasAskedAndTheModel) {
  const SimulatorReply reply = Reply(Asking("How are\n  you?"));

  ASSERT_THAT(reply.choices, SizeIs(1));
  EXPECT_THAT(reply.choices[0].text, HasSubstr("You said: \"How are you?\""));
  EXPECT_THAT(reply.choices[0].text, HasSubstr("asked as \"simulator\""));
  EXPECT_EQ(reply.choices[0].finish_reason, "stop");
  EXPECT_THAT(reply.choices[0].reasoning, IsEmpty());
  EXPECT_EQ(reply.prompt_tokens, 7);
  EXPECT_EQ(reply.completion_tokens,
            CountSimulatorTokens(reply.choices[0].text));
  EXPECT_EQ(reply.reasoning_tokens, 0);
  EXPECT_EQ(reply.cached_tokens, 0);
}

TEST(SimulatorReplyTest, SaysTheSameToTheSameAndHasAnIdForIt) {
  EXPECT_EQ(Reply(Asking("a")).choices[0].text,
            Reply(Asking("a")).choices[0].text);
  // Fixed for ever: other machines must find the same.
  EXPECT_EQ(Reply(Asking("a")).id, "chatcmpl-sim-741c1d099216a7e9");
  EXPECT_NE(Reply(Asking("b")).id, Reply(Asking("a")).id);
}

TEST(SimulatorReplyTest, BoundsWhatItRepeats) {
  SimulatorRequest request = Asking(std::string(10'000, 'q'));
  request.model = std::string(10'000, 'm');
  EXPECT_LT(FirstChoice(request).text.size(), 1000u);
}

TEST(SimulatorReplyTest, AnswersAQuestionWithoutText) {
  EXPECT_THAT(FirstChoice(Asking("")).text, HasSubstr("You said nothing"));
}

TEST(SimulatorReplyTest, GivesAsManyTokensAsItIsTold) {
  for (const int64_t tokens : {1, 5, 60, 5000}) {
    const SimulatorReply reply = Reply(Asking("hi"), {.tokens = tokens});
    EXPECT_EQ(CountSimulatorTokens(reply.choices[0].text), tokens);
    EXPECT_EQ(reply.completion_tokens, tokens);
    EXPECT_EQ(reply.choices[0].finish_reason, "stop");
  }
}

TEST(SimulatorReplyTest, StopsAtTheTokenLimit) {
  SimulatorRequest request = Asking("hi");
  request.max_tokens = 5;
  const SimulatorReply reply = Reply(request, {.tokens = 60});

  EXPECT_EQ(CountSimulatorTokens(reply.choices[0].text), 5);
  EXPECT_EQ(reply.completion_tokens, 5);
  EXPECT_EQ(reply.choices[0].finish_reason, "length");

  request.max_tokens = 60;
  EXPECT_EQ(FirstChoice(request, {.tokens = 60}).finish_reason, "stop");
}

TEST(SimulatorReplyTest, ThinksFirstWhenItIsToldTo) {
  SimulatorRequest request = Asking("hi");
  request.reasoning_effort = "high";
  const SimulatorReply reply = Reply(request);

  EXPECT_THAT(reply.choices[0].reasoning, HasSubstr("(high)"));
  EXPECT_THAT(reply.choices[0].text, Not(IsEmpty()));
  EXPECT_EQ(reply.reasoning_tokens,
            CountSimulatorTokens(reply.choices[0].reasoning));
  EXPECT_EQ(
      reply.completion_tokens,
      reply.reasoning_tokens + CountSimulatorTokens(reply.choices[0].text));

  request.reasoning_effort = "none";
  EXPECT_THAT(FirstChoice(request).reasoning, IsEmpty());
}

TEST(SimulatorReplyTest, MayThinkUpTheWholeLimit) {
  SimulatorRequest request = Asking("hi");
  request.reasoning_effort = "high";
  request.max_tokens = 3;
  const SimulatorReply::Choice choice = FirstChoice(request);

  EXPECT_EQ(CountSimulatorTokens(choice.reasoning), 3);
  EXPECT_THAT(choice.text, IsEmpty());
  EXPECT_EQ(choice.finish_reason, "length");
}

TEST(SimulatorReplyTest, EndsBeforeAStopText) {
  SimulatorRequest request = Asking("hi");
  request.stop = {"never there", "stand-in", "simulator"};
  const SimulatorReply::Choice choice = FirstChoice(request);

  EXPECT_EQ(choice.text, "This is the ");
  EXPECT_EQ(choice.finish_reason, "stop");
}

TEST(SimulatorReplyTest, GivesEachChoiceItsOwnText) {
  SimulatorRequest request = Asking("hi");
  request.n = 3;
  const SimulatorReply reply = Reply(request);

  ASSERT_THAT(reply.choices, SizeIs(3));
  EXPECT_NE(reply.choices[0].text, reply.choices[1].text);
  EXPECT_NE(reply.choices[1].text, reply.choices[2].text);
  int64_t tokens = 0;
  for (const auto& choice : reply.choices) {
    tokens += CountSimulatorTokens(choice.text);
  }
  EXPECT_EQ(reply.completion_tokens, tokens);
}

TEST(SimulatorReplyTest, ReportsCachedTokensWithinThePrompt) {
  EXPECT_EQ(Reply(Asking("hi"), {.cached_tokens = 4}).cached_tokens, 4);
  EXPECT_EQ(Reply(Asking("hi"), {.cached_tokens = 400}).cached_tokens, 7);
}

TEST(SimulatorReplyTest, CallsTheToolsThatTheUserNames) {
  const SimulatorReply::Choice one =
      FirstChoice(AskingWithTools("What is the weather?"));
  ASSERT_THAT(one.tool_calls, SizeIs(1));
  EXPECT_EQ(one.tool_calls[0].name, "weather");
  EXPECT_EQ(one.tool_calls[0].arguments, R"({"city":"some city"})");
  EXPECT_THAT(one.tool_calls[0].id, StartsWith("call_sim_"));
  EXPECT_THAT(one.text, IsEmpty());
  EXPECT_EQ(one.finish_reason, "tool_calls");

  const SimulatorReply::Choice both =
      FirstChoice(AskingWithTools("time and weather, please"));
  ASSERT_THAT(both.tool_calls, SizeIs(2));
  EXPECT_EQ(both.tool_calls[1].arguments, "{}");
  EXPECT_NE(both.tool_calls[0].id, both.tool_calls[1].id);
}

TEST(SimulatorReplyTest, CallsNoToolThatIsOnlyPartOfAWord) {
  for (const absl::string_view text :
       {"sometime", "timely", "time_zone", "my-time", "hello"}) {
    EXPECT_THAT(FirstChoice(AskingWithTools(text)).tool_calls, IsEmpty())
        << text;
  }
}

TEST(SimulatorReplyTest, HeedsTheToolChoice) {
  SimulatorRequest request = AskingWithTools("time and weather");
  request.tool_choice = ToolChoice::kNone;
  EXPECT_THAT(FirstChoice(request).tool_calls, IsEmpty());

  request.tool_choice = ToolChoice::kNamed;
  request.tool_name = "time";
  ASSERT_THAT(FirstChoice(request).tool_calls, SizeIs(1));
  EXPECT_EQ(FirstChoice(request).tool_calls[0].name, "time");

  request.tool_choice = ToolChoice::kRequired;
  EXPECT_THAT(FirstChoice(request).tool_calls, SizeIs(2));
  request.parallel_tool_calls = false;
  EXPECT_THAT(FirstChoice(request).tool_calls, SizeIs(1));
  request.user_text = "hello";
  ASSERT_THAT(FirstChoice(request).tool_calls, SizeIs(1));
  EXPECT_EQ(FirstChoice(request).tool_calls[0].name, "weather");
}

TEST(SimulatorReplyTest, AnswersAToolsResultInWords) {
  SimulatorRequest request = AskingWithTools("What is the weather?");
  request.ends_with_tool = true;
  request.tool_result = "12 degrees";
  const SimulatorReply::Choice choice = FirstChoice(request);

  EXPECT_THAT(choice.tool_calls, IsEmpty());
  EXPECT_THAT(choice.text, HasSubstr("The tool answered: \"12 degrees\""));
}

TEST(SimulatorReplyTest, CutsArgumentsAtTheTokenLimit) {
  SimulatorRequest request = AskingWithTools("time and weather");
  request.max_tokens = 2;
  const SimulatorReply reply = Reply(request);

  ASSERT_THAT(reply.choices[0].tool_calls, SizeIs(1));
  EXPECT_FALSE(IsJson(reply.choices[0].tool_calls[0].arguments));
  EXPECT_EQ(reply.choices[0].finish_reason, "length");
  EXPECT_EQ(reply.completion_tokens, 2);
}

TEST(SimulatorReplyTest, GivesJsonWhereThatIsAsked) {
  SimulatorRequest request = Asking("a \"quoted\" word");
  request.format = Format::kJsonObject;
  EXPECT_TRUE(IsJson(FirstChoice(request, {.tokens = 3}).text));
  EXPECT_THAT(FirstChoice(request).text, HasSubstr("quoted"));

  request.format = Format::kJsonSchema;
  request.schema = R"({"type":"object","properties":{"a":{"type":"null"}}})";
  EXPECT_EQ(FirstChoice(request).text, R"({"a":null})");
}

TEST(SimulatorReplyTest, GoesOnFromABeginningOfItsAnswer) {
  SimulatorRequest request = Asking("hi");
  const std::string whole = FirstChoice(request, {.tokens = 60}).text;
  request.ends_with_assistant = true;
  request.prefill = whole.substr(0, 40);
  EXPECT_EQ(FirstChoice(request, {.tokens = 60}).text, whole.substr(40));

  request.prefill = "Something else";
  EXPECT_EQ(FirstChoice(request, {.tokens = 60}).text, whole);
}

}  // namespace
}  // namespace aigateway

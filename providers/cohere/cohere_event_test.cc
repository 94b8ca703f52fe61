#include "providers/cohere/cohere_event.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;

absl::Status Read(absl::string_view json, CohereEvent* event) {
  JsonReader reader;
  return ReadCohereEvent(reader, json, event);
}

TEST(CohereEventTest, ReadsListsAndSinglesAlike) {
  CohereEvent event;
  ASSERT_THAT(Read(R"({"type":"x","delta":{"message":{
      "content":{"type":"text","text":"a"},
      "tool_calls":[{"id":"c","function":{"name":"f","arguments":"{"}}],
      "citations":{"start":1.50}}}})",
                   &event),
              IsOk());
  ASSERT_EQ(event.message.content.size(), 1U);
  EXPECT_EQ(event.message.content[0].text, "a");
  ASSERT_EQ(event.message.tool_calls.size(), 1U);
  EXPECT_EQ(event.message.tool_calls[0].arguments, "{");
  EXPECT_THAT(event.message.citations, ElementsAre(R"({"start":1.50})"));
}

TEST(CohereEventTest, OfTwoMembersOfOneNameTheLastCounts) {
  CohereEvent event;
  ASSERT_THAT(Read(R"({"delta":{"message":{"content":{"text":"a"}}},
                       "delta":{"message":{"content":{"text":"b"},
                                           "content":{"text":"c"}}}})",
                   &event),
              IsOk());
  ASSERT_EQ(event.message.content.size(), 1U);
  EXPECT_EQ(event.message.content[0].text, "c");
}

TEST(CohereEventTest, CountsMayBeFloatsAndMustMakeSense) {
  CohereEvent event;
  ASSERT_THAT(Read(R"({"usage":{"tokens":{"input_tokens":12.0,
      "output_tokens":-1,"reasoning_tokens":"7"},"cached_tokens":1e400}})",
                   &event),
              IsOk());
  EXPECT_EQ(event.usage.input, 12);
  EXPECT_FALSE(event.usage.output.has_value());
  EXPECT_FALSE(event.usage.reasoning.has_value());
  EXPECT_FALSE(event.usage.cached.has_value());
}

TEST(CohereEventTest, RefusesWhatItsTypeMustHave) {
  for (const char* json :
       {R"([])", R"({"type":7})", R"({"type":"content-delta","index":0})",
        R"({"type":"content-delta",
            "delta":{"message":{"content":{"text":""}}}})",
        R"({"type":"content-delta","index":-1,
            "delta":{"message":{"content":{"text":""}}}})",
        R"({"type":"content-delta","index":0,
            "delta":{"message":{"content":{"text":7}}}})",
        R"({"type":"content-delta","index":0,
            "delta":{"message":{"content":[7]}}})",
        R"({"type":"content-start","index":0,
            "delta":{"message":{"content":{"text":""}}}})",
        R"({"type":"tool-call-start","index":0,"delta":{"message":{}}})",
        R"({"type":"tool-call-delta","index":0,
            "delta":{"message":{"tool_calls":{"function":{}}}}})",
        R"({"type":"tool-call-end"})",
        R"({"type":"tool-plan-delta","delta":{"message":{}}})",
        R"({"type":"message-end","delta":{}})",
        R"({"type":"message-end","delta":{"finish_reason":7}})"}) {
    CohereEvent event;
    EXPECT_THAT(Read(json, &event),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << json;
  }
}

TEST(CohereEventTest, SeesAnErrorInEachOfItsShapes) {
  for (const char* json :
       {R"({"id":"1","message":"boom"})", R"({"error":"boom"})",
        R"({"error":{"message":"boom"}})",
        R"({"type":"message-end","delta":{"error":"boom"}})"}) {
    CohereEvent event;
    ASSERT_THAT(Read(json, &event), IsOk()) << json;
    EXPECT_TRUE(event.has_error) << json;
    EXPECT_EQ(event.error.message, "boom") << json;
  }
}

TEST(CohereEventTest, RepairsTextThatIsNoUtf8) {
  CohereEvent event;
  ASSERT_THAT(Read("{\"id\":\"a\xff\"}", &event), IsOk());
  EXPECT_EQ(event.id, "a\xEF\xBF\xBD");
}

TEST(CohereEventTest, SeveralTokensOfOneTextAreAsLikelyAsAllTogether) {
  CohereEvent answer;
  JsonReader reader;
  ASSERT_THAT(ReadCohereAnswer(reader, R"({"message":{},"logprobs":[
      {"text":"ab","token_ids":[1,2],"logprobs":[-0.5,-0.25]},
      {"text":"c","token_ids":[3]}]})",
                               &answer),
              IsOk());
  ASSERT_EQ(answer.logprobs.size(), 1U);
  EXPECT_EQ(answer.logprobs[0].text, "ab");
  EXPECT_DOUBLE_EQ(answer.logprobs[0].logprob, -0.75);
}

}  // namespace
}  // namespace aigateway

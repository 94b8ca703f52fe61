#include "providers/gemini_chunk.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

absl::StatusOr<std::vector<GeminiChunk>> Read(absl::string_view json) {
  JsonReader reader;
  return ReadGeminiChunks(reader, json);
}

GeminiChunk ReadOne(absl::string_view json) {
  const absl::StatusOr<std::vector<GeminiChunk>> chunks = Read(json);
  EXPECT_THAT(chunks, IsOk());
  if (!chunks.ok() || chunks->size() != 1) {
    ADD_FAILURE() << "not one chunk";
    return GeminiChunk();
  }
  return chunks->front();
}

TEST(GeminiChunkTest, ReadsWhatAnAnswerSaysOfItself) {
  const GeminiChunk chunk = ReadOne(
      R"({"responseId":"r","modelVersion":"m","createTime":"t",)"
      R"("promptFeedback":{"blockReason":"SAFETY"},"modelStatus":{"a":1}})");
  EXPECT_EQ(chunk.id, "r");
  EXPECT_EQ(chunk.model, "m");
  EXPECT_EQ(chunk.create_time, "t");
  EXPECT_EQ(chunk.block_reason, "SAFETY");
  EXPECT_THAT(chunk.other_fields,
              ElementsAre(Pair("promptFeedback", R"({"blockReason":"SAFETY"})"),
                          Pair("modelStatus", R"({"a":1})")));
}

TEST(GeminiChunkTest, CountsToolUseAsPromptAndThoughtsAsCompletion) {
  const GeminiChunk chunk = ReadOne(
      R"({"usageMetadata":{"promptTokenCount":32,"toolUsePromptTokenCount":720,)"
      R"("candidatesTokenCount":341,"thoughtsTokenCount":103,)"
      R"("cachedContentTokenCount":10,"totalTokenCount":1196,)"
      R"("serviceTier":"standard","trafficType":"ON_DEMAND"}})");
  ASSERT_TRUE(chunk.usage.has_value());
  EXPECT_THAT(*chunk.usage, EqualsProto(R"pb(
    prompt_tokens: 752
    completion_tokens: 444
    total_tokens: 1196
    cached_prompt_tokens: 10
    reasoning_tokens: 103
  )pb"));
  EXPECT_EQ(chunk.service_tier, "standard");
  EXPECT_THAT(chunk.other_usage_fields,
              ElementsAre(Pair("trafficType", R"("ON_DEMAND")")));
}

TEST(GeminiChunkTest, CountThatIsNotThereIsNotGuessed) {
  EXPECT_THAT(*ReadOne(R"({"usageMetadata":{"promptTokenCount":14,)"
                       R"("totalTokenCount":14}})")
                   .usage,
              EqualsProto("prompt_tokens: 14 total_tokens: 14"));
}

TEST(GeminiChunkTest, UsageThatMakesNoSenseIsAbsent) {
  EXPECT_FALSE(ReadOne(R"({"usageMetadata":{"promptTokenCount":"5",)"
                       R"("totalTokenCount":-1,"candidatesTokenCount":1e400,)"
                       R"("thoughtsTokenCount":9223372036854775807}})")
                   .usage.has_value());
  EXPECT_FALSE(ReadOne(R"({"usageMetadata":7})").usage.has_value());
  EXPECT_FALSE(ReadOne(R"({"usageMetadata":null})").usage.has_value());
}

TEST(GeminiChunkTest, CandidateWithoutIndexHasItsPlace) {
  const GeminiChunk chunk =
      ReadOne(R"({"candidates":[{},{"index":5},{"index":null}]})");
  ASSERT_THAT(chunk.candidates, SizeIs(3));
  EXPECT_EQ(chunk.candidates[0].index, 0);
  EXPECT_EQ(chunk.candidates[1].index, 5);
  EXPECT_EQ(chunk.candidates[2].index, 2);
}

TEST(GeminiChunkTest, ReadsLogprobsWhicheverListComesFirst) {
  constexpr char kWant[] = R"pb(
    content {
      token: "a"
      logprob: -0.5
      top_logprobs { token: "a" logprob: -0.5 }
      top_logprobs { token: "b" logprob: -2 }
    }
  )pb";
  constexpr char kTop[] =
      R"("topCandidates":[{"candidates":[{"token":"a","logProbability":-0.5},)"
      R"({"token":"b","logProbability":-2}]},{"candidates":[]}])";
  constexpr char kChosen[] =
      R"("chosenCandidates":[{"token":"a","tokenId":1,"logProbability":-0.5}])";
  for (const std::string& result :
       {absl::StrCat(kTop, ",", kChosen), absl::StrCat(kChosen, ",", kTop)}) {
    const GeminiChunk chunk = ReadOne(
        absl::StrCat(R"({"candidates":[{"logprobsResult":{)", result, "}}]}"));
    EXPECT_THAT(chunk.candidates[0].logprobs, EqualsProto(kWant));
  }
}

TEST(GeminiChunkTest, FinishReasonOfAnotherKindStillEnds) {
  EXPECT_EQ(ReadOne(R"({"candidates":[{"finishReason":5}]})")
                .candidates[0]
                .finish_reason,
            "5");
  EXPECT_EQ(ReadOne(R"({"candidates":[{"finishReason":null}]})")
                .candidates[0]
                .finish_reason,
            "");
}

TEST(GeminiChunkTest, ErrorIsTold) {
  EXPECT_TRUE(ReadOne(R"({"error":{"code":503}})").is_error);
  EXPECT_TRUE(ReadOne(R"([{"error":{"code":503}}])").is_error);
  EXPECT_FALSE(ReadOne(R"({"error":null,"candidates":[]})").is_error);
}

TEST(GeminiChunkTest, NullIsNoChunkAndAnArrayIsSeveral) {
  EXPECT_THAT(Read("null"), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(Read("[{},{}]"), IsOkAndHolds(SizeIs(2)));
}

TEST(GeminiChunkTest, NullMembersCountAsMissing) {
  const GeminiChunk chunk = ReadOne(
      R"({"candidates":[{"content":null,"index":0,"safetyRatings":null},)"
      R"({"content":{"parts":null,"role":null}}],"responseId":null})");
  EXPECT_THAT(chunk.candidates, SizeIs(2));
  EXPECT_THAT(chunk.candidates[0].other_fields, IsEmpty());
  EXPECT_EQ(chunk.id, "");
}

TEST(GeminiChunkTest, OddKindsAreRefused) {
  for (const char* odd :
       {"12", "\"text\"", "", "{", R"({"a":1)", "[7]", R"({"candidates":"x"})",
        R"({"candidates":[7]})", R"({"candidates":[{"content":[]}]})",
        R"({"candidates":[{"content":{"parts":{}}}]})",
        R"({"candidates":[{"content":{"parts":[{"text":{"a":1}}]}}]})",
        R"({"candidates":[{"index":-1}]})", R"({"candidates":[{"index":128}]})",
        R"({"candidates":[{"index":"0"}]})"}) {
    EXPECT_THAT(Read(odd), StatusIs(absl::StatusCode::kInvalidArgument)) << odd;
  }
}

TEST(GeminiChunkTest, CandidatesAreBounded) {
  std::string many = R"({"candidates":[{})";
  for (int i = 0; i < 128; ++i) many += ",{}";
  many += "]}";
  EXPECT_THAT(Read(many), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(GeminiChunkTest, BytesThatAreNoTextBecomeReplacementCharacters) {
  const GeminiChunk chunk = ReadOne(
      "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"caf\xE9 "
      "\\ud83d\"}]}}]}");
  EXPECT_EQ(chunk.candidates[0].parts[0].text, "caf\uFFFD \uFFFD");
}

}  // namespace
}  // namespace aigateway

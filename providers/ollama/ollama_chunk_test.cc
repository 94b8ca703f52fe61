#include "providers/ollama/ollama_chunk.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

OllamaChunk Read(absl::string_view json) {
  JsonReader reader;
  OllamaChunk chunk;
  EXPECT_THAT(ReadOllamaChunk(reader, json, &chunk), IsOk()) << json;
  return chunk;
}

TEST(OllamaChunkTest, ReadsALine) {
  const OllamaChunk chunk = Read(
      R"({"model":"m","created_at":"t","message":{"role":"assistant",)"
      R"("content":"hi","thinking":"hm","tool_calls":[{"id":"c1","function":)"
      R"({"index":0,"name":"f","arguments":{"b": 1, "a":2}}}]},"done":true,)"
      R"("done_reason":"stop","prompt_eval_count":7,"eval_count":3.0})");
  EXPECT_EQ(chunk.model, "m");
  EXPECT_EQ(chunk.created_at, "t");
  EXPECT_TRUE(chunk.has_message);
  EXPECT_EQ(chunk.content, "hi");
  EXPECT_EQ(chunk.thinking, "hm");
  ASSERT_THAT(chunk.tool_calls, SizeIs(1));
  EXPECT_EQ(chunk.tool_calls[0].id, "c1");
  EXPECT_EQ(chunk.tool_calls[0].name, "f");
  // To the letter: the order of the keys is the model's.
  EXPECT_EQ(chunk.tool_calls[0].arguments, R"({"b": 1, "a":2})");
  EXPECT_TRUE(chunk.done);
  EXPECT_EQ(chunk.done_reason, "stop");
  EXPECT_EQ(chunk.prompt_tokens, 7);
  EXPECT_EQ(chunk.completion_tokens, 3);
  EXPECT_FALSE(chunk.has_error);
}

TEST(OllamaChunkTest, TakesNullAndMissingForNothing) {
  const OllamaChunk chunk =
      Read(R"({"model":null,"message":{"content":null,"thinking":null,)"
           R"("tool_calls":null},"error":null,"done":null,"logprobs":null})");
  EXPECT_TRUE(chunk.has_message);
  EXPECT_THAT(chunk.content, IsEmpty());
  EXPECT_THAT(chunk.tool_calls, IsEmpty());
  EXPECT_FALSE(chunk.has_error);
  EXPECT_FALSE(chunk.done);
  EXPECT_FALSE(Read("{}").has_message);
}

TEST(OllamaChunkTest, TakesNoCountForOneThatMakesNoSense) {
  for (const char* count : {"-1", "1e300", "\"7\"", "null"}) {
    const OllamaChunk chunk =
        Read(absl::StrCat(R"({"prompt_eval_count":)", count, "}"));
    EXPECT_FALSE(chunk.prompt_tokens.has_value()) << count;
  }
}

TEST(OllamaChunkTest, ReadsAnError) {
  EXPECT_EQ(Read(R"({"error":"it broke"})").error.message, "it broke");
  EXPECT_EQ(Read(R"({"error":{"message":"it broke"}})").error.message,
            "it broke");
}

TEST(OllamaChunkTest, RefusesWhatIsNotOfTheApi) {
  for (const char* json :
       {"", "{", "null", "7", "[]", R"({"message":"hi"})",
        R"({"message":{"content":7}})", R"({"message":{"thinking":[]}})",
        R"({"message":{"tool_calls":{}}})", R"({"message":{"tool_calls":[1]}})",
        R"({"message":{"tool_calls":[{"function":{"arguments":{}}}]}})",
        R"({"message":{"tool_calls":[{"function":{"name":"f",)"
        R"("arguments":[]}}]}})"}) {
    JsonReader reader;
    OllamaChunk chunk;
    EXPECT_FALSE(ReadOllamaChunk(reader, json, &chunk).ok()) << json;
  }
}

}  // namespace
}  // namespace aigateway

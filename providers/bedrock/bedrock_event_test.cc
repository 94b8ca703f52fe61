#include "providers/bedrock/bedrock_event.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;

class BedrockEventTest : public testing::Test {
 protected:
  absl::Status Read(absl::string_view json) {
    event_ = {};
    return ReadBedrockEvent(reader_, json, &event_);
  }

  JsonReader reader_;
  BedrockEvent event_;
};

TEST_F(BedrockEventTest, ReadsPiecesOfBlocks) {
  ASSERT_THAT(Read(R"({"contentBlockIndex":2,"delta":{"text":"hi"},"p":"ab"})"),
              IsOk());
  EXPECT_EQ(event_.index, 2);
  EXPECT_EQ(event_.block->text, "hi");
  ASSERT_THAT(Read(R"({"contentBlockIndex":0,"start":{"toolUse":
                   {"toolUseId":"t","name":"n","type":"server_tool_use"}}})"),
              IsOk());
  EXPECT_EQ(event_.block->tool_use->id, "t");
  EXPECT_EQ(event_.block->tool_use->name, "n");
  EXPECT_EQ(event_.block->tool_use->type, "server_tool_use");
  ASSERT_THAT(Read(R"({"delta":{"reasoningContent":{"signature":"s"}}})"),
              IsOk());
  EXPECT_TRUE(event_.block->is_thought);
  EXPECT_EQ(event_.block->signature, "s");
  ASSERT_THAT(Read(R"({"delta":{"citation":{"title":"t"}}})"), IsOk());
  EXPECT_THAT(event_.block->citations, ElementsAre(R"({"title":"t"})"));
}

TEST_F(BedrockEventTest, ReadsAWholeAnswer) {
  ASSERT_THAT(Read(R"({"output":{"message":{"role":"assistant","content":[
        {"reasoningContent":{"reasoningText":{"text":"t","signature":"s"}}},
        {"reasoningContent":{"redactedContent":"cmVk"}},
        {"citationsContent":{"content":[{"text":"a"},{"text":"b"}],
          "citations":[{"title":"x"},{"title":"y"}]}},
        {"toolUse":{"toolUseId":"1","name":"f","input":{"big":12345678901234567890}}},
        {"image":{}}]}},"stopReason":"tool_use",
        "usage":{"inputTokens":1,"outputTokens":2,"cacheReadInputTokens":3,
          "cacheWriteInputTokens":4,"totalTokens":10,
          "cacheDetails":[{"ttl":"1h","inputTokens":4}]},
        "trace":{"guardrail":{}},"serviceTier":{"type":"flex"}})"),
              IsOk());
  EXPECT_TRUE(event_.has_content);
  ASSERT_EQ(event_.content.size(), 5U);
  EXPECT_EQ(event_.content[0].thought, "t");
  EXPECT_EQ(event_.content[0].signature, "s");
  EXPECT_EQ(event_.content[1].redacted, "cmVk");
  EXPECT_EQ(event_.content[2].text, "ab");
  EXPECT_EQ(event_.content[2].citations.size(), 2U);
  EXPECT_EQ(event_.content[3].tool_use->input,
            R"({"big":12345678901234567890})");
  EXPECT_EQ(event_.content[4].other, "image");
  EXPECT_EQ(event_.usage->cache_write, 4);
  EXPECT_EQ(event_.service_tier, "flex");
}

TEST_F(BedrockEventTest, PassesOverCountsThatMakeNoSense) {
  ASSERT_THAT(Read(R"({"usage":{"inputTokens":-1,"outputTokens":"2"}})"),
              IsOk());
  EXPECT_FALSE(event_.usage->input.has_value());
  EXPECT_FALSE(event_.usage->output.has_value());
}

TEST_F(BedrockEventTest, RefusesOtherKinds) {
  for (absl::string_view json :
       {"", "null", "[]", "1", R"({"delta":7})", R"({"delta":{"text":7}})",
        R"({"delta":{"toolUse":"x"}})", R"({"start":{"toolUse":{"name":1}}})",
        R"({"delta":{"reasoningContent":[]}})",
        R"({"output":{"message":{"content":["x"]}}})", R"({"stopReason":7})",
        R"({"delta":{"text":"x"})"}) {
    EXPECT_FALSE(Read(json).ok()) << json;
  }
}

}  // namespace
}  // namespace aigateway

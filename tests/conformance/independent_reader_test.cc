#include "tests/conformance/independent_reader.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

TEST(IndependentReaderTest, FindsEventsAsTheWhatwgTextSays) {
  EXPECT_THAT(ReadEvents("\xEF\xBB\xBF"
                         "data: a\n\nevent: x\ndata:b\r\n\r\n"
                         "data:  c\rdata\r\r"
                         ": comment\nevent: y\n\ndata: \xC3\n\ndata: cut"),
              ElementsAre(AllOf(Field(&IndependentEvent::type, ""),
                                Field(&IndependentEvent::data, "a")),
                          AllOf(Field(&IndependentEvent::type, "x"),
                                Field(&IndependentEvent::data, "b")),
                          Field(&IndependentEvent::data, " c\n"),
                          Field(&IndependentEvent::data, "\xEF\xBF\xBD")));
  EXPECT_THAT(ReadEvents(""), IsEmpty());
}

TEST(IndependentReaderTest, FindsTheEndAndTheTextOfEachFamily) {
  IndependentAnswer answer = ReadIndependently(
      "openai-chat",
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\n",
      true);
  EXPECT_EQ(answer.texts[0], "Hi");
  EXPECT_FALSE(answer.ended);
  answer = ReadIndependently("openai-chat",
                             "data: {\"choices\":[{\"delta\":{},"
                             "\"finish_reason\":\"stop\"}]}\n\n",
                             true);
  EXPECT_TRUE(answer.ended);
  answer = ReadIndependently(
      "anthropic-messages",
      "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
      "{\"type\":\"text_delta\",\"text\":\"Hi\"}}\n\n"
      "data: {\"type\":\"message_stop\"}\n\n",
      true);
  EXPECT_EQ(answer.texts[0], "Hi");
  EXPECT_TRUE(answer.ended);
  answer = ReadIndependently(
      "gemini",
      "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hm\","
      "\"thought\":true},{\"text\":\"Hi\"}]},\"finishReason\":\"STOP\"}]}\n\n",
      true);
  EXPECT_EQ(answer.texts[0], "Hi");
  EXPECT_TRUE(answer.ended);
  answer = ReadIndependently(
      "cohere-v2",
      "data: {\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":"
      "{\"content\":{\"text\":\"Hi\"}}}}\n\ndata: [DONE]\n\n",
      true);
  EXPECT_EQ(answer.texts[0], "Hi");
  EXPECT_FALSE(answer.ended);
  answer = ReadIndependently("cohere-v2",
                             "event: message-end\ndata: {\"delta\":"
                             "{\"finish_reason\":\"COMPLETE\"}}\n\n",
                             true);
  EXPECT_TRUE(answer.ended);
  answer = ReadIndependently("ollama",
                             "{\"message\":{\"content\":\"H\"}}\n\r\n"
                             "{\"message\":{\"content\":\"i\"}}\r\n",
                             true);
  EXPECT_EQ(answer.texts[0], "Hi");
  EXPECT_FALSE(answer.ended);
  answer = ReadIndependently("replicate-sse",
                             "event: output\ndata: H\ndata:  i\n\n"
                             "event: done\ndata: {}\n\n",
                             true);
  EXPECT_EQ(answer.texts[0], "H\n i");
  EXPECT_TRUE(answer.ended);
  answer = ReadIndependently("ollama", "{\"done\":true}\n{", true);
  EXPECT_TRUE(answer.ended);
  EXPECT_FALSE(answer.broken);
}

TEST(IndependentReaderTest, SaysWhatIsBrokenOrFailed) {
  EXPECT_TRUE(ReadIndependently("gemini", "data: {\"a\":\n\n", true).broken);
  EXPECT_TRUE(
      ReadIndependently("gemini", "data: {\"error\":{}}\n\n", true).failed);
  EXPECT_TRUE(
      ReadIndependently("cohere-v2", "data: {\"message\":\"no\"}\n\n", true)
          .failed);
  EXPECT_TRUE(ReadIndependently("ollama", "{\"done\":\n", true).broken);
  EXPECT_TRUE(ReadIndependently("ollama", "{\"error\":\"no\"}\n", true).failed);
}

}  // namespace
}  // namespace aigateway

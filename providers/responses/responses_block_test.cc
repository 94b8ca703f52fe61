#include "providers/responses/responses_block.h"

#include "gtest/gtest.h"

namespace aigateway {
namespace {

using Kind = ResponsesBlock::Kind;

TEST(ResponsesBlockTest, ReadsItsOwnMarks) {
  const ResponsesBlock message =
      ReadResponsesBlock(MessageMark("final \"answer\"", 17));
  EXPECT_EQ(message.kind, Kind::kMessage);
  EXPECT_EQ(message.phase, "final \"answer\"");
  EXPECT_EQ(message.bytes, 17);
  EXPECT_EQ(ReadResponsesBlock(MessageMark("", 0)).phase, "");
  const ResponsesBlock call = ReadResponsesBlock(CallMark("call_1"));
  EXPECT_EQ(call.kind, Kind::kCall);
  EXPECT_EQ(call.call_id, "call_1");
}

TEST(ResponsesBlockTest, KnowsASeal) {
  EXPECT_EQ(ReadResponsesBlock(
                R"({"encrypted_content":"g","id":"rs_1","type":"reasoning"})")
                .kind,
            Kind::kReasoning);
}

TEST(ResponsesBlockTest, TakesNothingElse) {
  for (const char* other :
       {"", "gAAA", "[]", "null", "{}", R"({"type":"reasoning"})",
        R"({"type":"reasoning","encrypted_content":""})",
        R"({"type":"reasoning","encrypted_content":null})",
        R"({"type":"web_search_call"})", R"({"type":7})",
        R"({"type":"message","type":"message"})",
        R"({"type":"reasoning.encrypted","encrypted_content":"g"})",
        R"({"type":"message"},{"type":"message"})"}) {
    EXPECT_EQ(ReadResponsesBlock(other).kind, Kind::kOther) << other;
  }
}

}  // namespace
}  // namespace aigateway

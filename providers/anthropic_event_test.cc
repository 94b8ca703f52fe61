#include "providers/anthropic_event.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::Eq;
using ::testing::Optional;

absl::StatusOr<AnthropicEvent> Event(absl::string_view json) {
  JsonReader reader;
  AnthropicEvent event;
  const absl::Status status = ReadAnthropicEvent(reader, json, &event);
  if (!status.ok()) return status;
  return event;
}

absl::StatusOr<AnthropicEvent> Message(absl::string_view json) {
  JsonReader reader;
  AnthropicEvent event;
  const absl::Status status = ReadAnthropicMessage(reader, json, &event);
  if (!status.ok()) return status;
  return event;
}

TEST(AnthropicEventTest, ReadsMembersInAnyOrder) {
  absl::StatusOr<AnthropicEvent> event =
      Event(R"({"delta":{"text":"a\u00e9","type":"text_delta"},"index":2,)"
            R"("new":[{}],"type":"content_block_delta"})");
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->type, "content_block_delta");
  EXPECT_THAT(event->index, Optional(Eq(2)));
  EXPECT_THAT(event->delta.text, Optional(Eq("a\xC3\xA9")));
}

// Case 011.
TEST(AnthropicEventTest, TakesNullForNothing) {
  EXPECT_TRUE(Event("null")->is_null);
  absl::StatusOr<AnthropicEvent> event =
      Event(R"({"type":"message_delta","delta":{"stop_reason":null,)"
            R"("stop_sequence":null,"stop_details":null},"usage":null,)"
            R"("error":null})");
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->stop.reason, "");
  EXPECT_EQ(event->stop.details, "");
  EXPECT_FALSE(event->has_error);
  EXPECT_THAT(Event(R"({"type":"content_block_delta","index":0,)"
                    R"("delta":{"type":"text_delta","text":null}})")
                  ->delta.text,
              Optional(Eq("")));
}

TEST(AnthropicEventTest, KeepsJsonAsItCame) {
  absl::StatusOr<AnthropicEvent> event =
      Event(R"({"type":"content_block_start","index":0,"content_block":)"
            R"({"type":"x_tool_result","z":1.50, "a":[ ]}})");
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->block.json, R"({"type":"x_tool_result","z":1.50, "a":[ ]})");
}

TEST(AnthropicEventTest, RefusesWhatLacksWhatItsTypePromises) {
  for (
      const char* json :
      {"",
       "{",
       "[]",
       "12",
       "\"x\"",
       R"({"type":5})",
       R"({"type":"content_block_start","content_block":{"type":"text"}})",
       R"({"type":"content_block_start","index":-1,"content_block":{"type":"text"}})",
       R"({"type":"content_block_start","index":0})",
       R"({"type":"content_block_start","index":0,"content_block":{}})",
       R"({"type":"content_block_start","index":0,"content_block":[]})",
       R"({"type":"content_block_delta","index":0})",
       R"({"type":"content_block_delta","index":0,"delta":{}})",
       R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta"}})",
       R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":{}}})",
       R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta"}})",
       R"({"type":"content_block_delta","index":0,"delta":{"type":"signature_delta"}})",
       R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta"}})",
       R"({"type":"content_block_stop"})",
       R"({"type":"message_delta","delta":{"stop_reason":5}})"}) {
    EXPECT_THAT(Event(json), StatusIs(absl::StatusCode::kInvalidArgument))
        << json;
  }
}

TEST(AnthropicEventTest, ReadsErrorsInTheirShapes) {
  absl::StatusOr<AnthropicEvent> event =
      Event(R"({"type":"error","error":{"type":"overloaded_error",)"
            R"("message":"Overloaded"}})");
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_TRUE(event->has_error);
  EXPECT_EQ(event->error.type, "overloaded_error");
  EXPECT_EQ(event->error.message, "Overloaded");
  EXPECT_EQ(Event(R"({"error":"queue is full"})")->error.message,
            "queue is full");
}

TEST(AnthropicEventTest, ReadsAWholeAnswer) {
  absl::StatusOr<AnthropicEvent> read =
      Message(R"({"type":"message","id":"m","model":"c","content":[)"
              R"({"type":"text","text":"a","citations":[{"x":1}]},)"
              R"({"type":"tool_use","id":"t","name":"f","input":{"a": 1}}],)"
              R"("stop_reason":"refusal","stop_details":{"category":"x"}})");
  ASSERT_TRUE(read.ok()) << read.status();
  const AnthropicMessage& message = read->message;
  ASSERT_EQ(message.content.size(), 2u);
  EXPECT_EQ(message.content[0].citations[0], R"({"x":1})");
  EXPECT_EQ(message.content[1].input, R"({"a": 1})");
  EXPECT_TRUE(message.content[1].has_input);
  EXPECT_EQ(message.stop.reason, "refusal");
  EXPECT_EQ(message.stop.details, R"({"category":"x"})");
}

TEST(AnthropicEventTest, TakesContentThatIsPlainText) {
  const AnthropicMessage message = Message(R"({"content":"ok"})")->message;
  ASSERT_EQ(message.content.size(), 1u);
  EXPECT_EQ(message.content[0].text, "ok");
  EXPECT_FALSE(Message(R"({"content":null})")->message.has_content);
}

// Case 047.
TEST(AnthropicEventTest, RefusesAnswersOfTheWrongKind) {
  for (const char* json :
       {"[]", "null", "12", "\"text\"", R"({"a":1)", R"({"content":7})",
        R"({"content":[7]})", R"({"content":[{"type":"text","text":{"a":1}}]})",
        R"({"content":[],"stop_reason":5})", R"({"content":[{"text":"x"}]})"}) {
    EXPECT_THAT(Message(json), StatusIs(absl::StatusCode::kInvalidArgument))
        << json;
  }
  EXPECT_FALSE(Message(std::string(1 << 20, '{')).ok());
}

}  // namespace
}  // namespace aigateway

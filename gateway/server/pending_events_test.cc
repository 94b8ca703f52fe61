#include "gateway/server/pending_events.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/check.h"
#include "gateway/base/random.h"
#include "gateway/server/serialize.h"

namespace aigateway {
namespace {

using ::testing::Le;
using ::testing::SizeIs;

v1::RouteStreamResponse Text(const std::string& text, int index = 0) {
  v1::RouteStreamResponse event;
  event.mutable_delta()->set_index(index);
  event.mutable_delta()->set_text(text);
  return event;
}

v1::RouteStreamResponse Reasoning(const std::string& text) {
  v1::RouteStreamResponse event;
  event.mutable_delta()->set_reasoning(text);
  return event;
}

v1::RouteStreamResponse Tool(int index, const std::string& id,
                             const std::string& arguments) {
  v1::RouteStreamResponse event;
  v1::ToolCallDelta* call = event.mutable_delta()->add_tool_calls();
  call->set_index(index);
  call->set_id(id);
  call->set_arguments(arguments);
  return event;
}

void Push(PendingEvents& pending, v1::RouteStreamResponse event) {
  pending.Push(event);
}

v1::RouteStreamResponse Pop(PendingEvents& pending) {
  grpc::ByteBuffer bytes = pending.Pop();
  v1::RouteStreamResponse event;
  AIGW_CHECK(Parse(bytes, &event));
  return event;
}

std::vector<v1::RouteStreamResponse> PopAll(PendingEvents& pending) {
  std::vector<v1::RouteStreamResponse> events;
  while (!pending.empty()) events.push_back(Pop(pending));
  return events;
}

TEST(PendingEventsTest, JoinsTextThatFollowsText) {
  PendingEvents pending;
  for (const char* text : {"a", "b", "c"}) Push(pending, Text(text));

  const auto events = PopAll(pending);

  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].delta().text(), "abc");
}

TEST(PendingEventsTest, KeepsTheOrderOfKindsAndChoices) {
  PendingEvents pending;
  Push(pending, Text("a"));
  Push(pending, Reasoning("b"));
  Push(pending, Text("c"));
  Push(pending, Text("d", /*index=*/1));
  Push(pending, Text("e", /*index=*/0));

  const auto events = PopAll(pending);

  ASSERT_THAT(events, SizeIs(5));
  EXPECT_EQ(events[0].delta().text(), "a");
  EXPECT_EQ(events[1].delta().reasoning(), "b");
  EXPECT_EQ(events[2].delta().text(), "c");
  EXPECT_EQ(events[3].delta().index(), 1);
  EXPECT_EQ(events[4].delta().text(), "e");
}

TEST(PendingEventsTest, JoinsTheArgumentsOfOneToolCall) {
  PendingEvents pending;
  Push(pending, Tool(0, "one", "{\"a\""));
  Push(pending, Tool(0, "", ":1}"));
  Push(pending, Tool(1, "two", "{"));
  Push(pending, Tool(1, "", "}"));

  const auto events = PopAll(pending);

  ASSERT_THAT(events, SizeIs(1));
  const auto& calls = events[0].delta().tool_calls();
  ASSERT_THAT(calls, SizeIs(2));
  EXPECT_EQ(calls[0].id(), "one");
  EXPECT_EQ(calls[0].arguments(), "{\"a\":1}");
  EXPECT_EQ(calls[1].id(), "two");
  EXPECT_EQ(calls[1].arguments(), "{}");
}

TEST(PendingEventsTest, KeepsTwoSignaturesOfOneToolCallApart) {
  PendingEvents pending;
  for (const char* signature : {"s1", "s2"}) {
    v1::RouteStreamResponse event = Tool(0, "", "x");
    event.mutable_delta()->mutable_tool_calls(0)->set_signature(signature);
    pending.Push(event);
  }

  const auto events = PopAll(pending);

  ASSERT_THAT(events, SizeIs(1));
  ASSERT_THAT(events[0].delta().tool_calls(), SizeIs(2));
  EXPECT_EQ(events[0].delta().tool_calls(1).signature(), "s2");
}

TEST(PendingEventsTest, NeverMovesARoleOrAWholeBlock) {
  PendingEvents pending;
  Push(pending, Text("a"));
  v1::RouteStreamResponse role = Text("b");
  role.mutable_delta()->set_role(v1::ROLE_ASSISTANT);
  pending.Push(role);
  Push(pending, Text("c"));
  v1::RouteStreamResponse block = Reasoning("d");
  block.mutable_delta()->add_reasoning_blocks();
  pending.Push(block);
  Push(pending, Reasoning("e"));

  const auto events = PopAll(pending);

  ASSERT_THAT(events, SizeIs(4));
  EXPECT_EQ(events[0].delta().text(), "a");
  EXPECT_EQ(events[1].delta().role(), v1::ROLE_ASSISTANT);
  EXPECT_EQ(events[1].delta().text(), "bc");
  EXPECT_THAT(events[2].delta().reasoning_blocks(), SizeIs(1));
  EXPECT_EQ(events[3].delta().reasoning(), "e");
}

TEST(PendingEventsTest, LeavesEventsThatAreNoDeltaWhereTheyStand) {
  PendingEvents pending;
  Push(pending, Text("a"));
  v1::RouteStreamResponse finish;
  finish.mutable_finish()->set_index(0);
  pending.Push(finish);
  Push(pending, Text("b"));

  const auto events = PopAll(pending);

  ASSERT_THAT(events, SizeIs(3));
  EXPECT_TRUE(events[1].has_finish());
}

TEST(PendingEventsTest, JoinsUpToABoundAndCountsWhatWaits) {
  PendingEvents pending;
  EXPECT_EQ(pending.bytes(), 0u);
  const std::string piece(1000, 'x');
  for (int i = 0; i < 100; ++i) Push(pending, Text(piece));

  EXPECT_GE(pending.bytes(), 100000u);
  EXPECT_LE(pending.bytes(), 110000u);
  const auto events = PopAll(pending);
  size_t total = 0;
  for (const auto& event : events) {
    EXPECT_THAT(event.delta().text().size(),
                Le(PendingEvents::kMaxMergedBytes));
    total += event.delta().text().size();
  }
  EXPECT_EQ(total, 100000u);
  EXPECT_THAT(events, SizeIs(4));
  EXPECT_EQ(pending.bytes(), 0u);
}

TEST(PendingEventsTest, ClearsEverything) {
  PendingEvents pending;
  Push(pending, Text("a"));
  Push(pending, Reasoning("b"));
  pending.Clear();
  EXPECT_TRUE(pending.empty());
  EXPECT_EQ(pending.bytes(), 0u);
  Push(pending, Text("c"));
  EXPECT_EQ(Pop(pending).delta().text(), "c");
}

// What a reader makes of a stream: the runs of one kind and choice, in order.
void Follow(const v1::RouteStreamResponse& event,
            std::vector<std::pair<std::string, std::string>>* runs) {
  const v1::Delta& delta = event.delta();
  const std::string kind = (delta.text().empty() ? "reasoning" : "text") +
                           std::to_string(delta.index());
  if (runs->empty() || runs->back().first != kind) runs->push_back({kind, ""});
  runs->back().second += delta.text() + delta.reasoning();
}

TEST(PendingEventsTest, ReadersCannotTellWhateverTheOrderOfWrites) {
  Random random(20240601);
  for (int run = 0; run < 200; ++run) {
    PendingEvents pending;
    std::vector<std::pair<std::string, std::string>> sent;
    std::vector<std::pair<std::string, std::string>> read;
    for (int i = 0; i < 60; ++i) {
      v1::RouteStreamResponse event;
      v1::Delta& delta = *event.mutable_delta();
      delta.set_index(static_cast<int>(random.Next() % 2));
      const std::string text(1 + random.Next() % 5, 'a' + i % 26);
      (random.Next() % 3 == 0 ? *delta.mutable_reasoning()
                              : *delta.mutable_text()) = text;
      Follow(event, &sent);
      pending.Push(event);
      if (random.Next() % 4 == 0) Follow(Pop(pending), &read);
    }
    for (const auto& event : PopAll(pending)) Follow(event, &read);
    EXPECT_EQ(read, sent);
  }
}

}  // namespace
}  // namespace aigateway

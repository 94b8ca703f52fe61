#include "providers/anthropic_stream.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/anthropic_response.h"
#include "providers/anthropic_test_kit.h"
#include "providers/upstream_error.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// An event with the name that its JSON begins with.
std::string Event(absl::string_view name, absl::string_view members = "") {
  return absl::StrCat("event: ", name, "\ndata: {\"type\":\"", name, "\"",
                      members.empty() ? "" : ",", members, "}\n\n");
}
std::string Start() {
  return Event("message_start",
               R"("message":{"id":"r1","model":"m1","content":[],)"
               R"("usage":{"input_tokens":5,"output_tokens":1}})");
}
std::string BlockStart(int index, absl::string_view block) {
  return Event("content_block_start",
               absl::StrCat("\"index\":", index, ",\"content_block\":", block));
}
std::string BlockDelta(int index, absl::string_view delta) {
  return Event("content_block_delta",
               absl::StrCat("\"index\":", index, ",\"delta\":", delta));
}
std::string BlockStop(int index) {
  return Event("content_block_stop", absl::StrCat("\"index\":", index));
}
std::string Text(absl::string_view text) {
  return BlockDelta(
      0, absl::StrCat(R"({"type":"text_delta","text":")", text, "\"}"));
}
std::string MessageDelta(absl::string_view reason, int output_tokens) {
  return Event(
      "message_delta",
      absl::StrCat(R"("delta":{"stop_reason":")", reason,
                   R"("},"usage":{"output_tokens":)", output_tokens, "}"));
}
std::string Stop() { return Event("message_stop"); }
constexpr absl::string_view kTextBlock = R"({"type":"text","text":""})";
constexpr absl::string_view kCallBlock =
    R"({"type":"tool_use","id":"t1","name":"now","input":{}})";

class AnthropicStreamTest : public ::testing::Test {
 protected:
  // Reads a whole stream, a piece at a time, and its end.
  absl::Status Read(const std::vector<absl::string_view>& pieces,
                    bool clean = true) {
    events_ = KeptEvents();
    events_.answer = sink_answer_;
    warnings_.clear();
    decoder_ = NewAnthropicStreamDecoder(headers_, chat_, options_, redactor_);
    for (absl::string_view piece : pieces) {
      if (decoder_->done()) break;
      absl::Status status = decoder_->Feed(piece, events_);
      if (!status.ok()) return status;
    }
    return decoder_->End(clean, events_);
  }
  absl::Status Read(absl::string_view bytes, bool clean = true) {
    return Read(std::vector<absl::string_view>{bytes}, clean);
  }

  // All that was handed over, in order, as text.
  std::string Told() {
    std::string told;
    for (const v1::Delta& delta : events_.deltas) {
      absl::StrAppend(&told, delta.ShortDebugString(), "\n");
    }
    for (const v1::Finish& finish : events_.finishes) {
      absl::StrAppend(&told, finish.ShortDebugString(), "\n");
    }
    absl::StrAppend(&told, decoder_->end().ShortDebugString(), "\n");
    for (const std::string& warning : warnings_) {
      absl::StrAppend(&told, warning, "\n");
    }
    return told;
  }

  HttpHeaders headers_;
  v1::ChatRequest chat_;
  std::vector<std::string> warnings_;
  CallOptions options_{
      .credential = "k-secret-1", .stream = true, .warnings = &warnings_};
  const Redactor redactor_;
  absl::Status sink_answer_;
  KeptEvents events_;
  std::unique_ptr<StreamDecoder> decoder_;
};

class AnthropicRecordedStreamTest
    : public AnthropicStreamTest,
      public ::testing::WithParamInterface<const char*> {
 protected:
  std::string Stream() const {
    return TestFile(absl::StrCat(GetParam(), ".sse"));
  }
};

TEST_P(AnthropicRecordedStreamTest, GivesTheSameMessageAsAWholeAnswer) {
  ASSERT_THAT(Read(Stream()), IsOk());

  HttpResponse response{.status = 200,
                        .body = TestFile(absl::StrCat(GetParam(), ".json"))};
  absl::StatusOr<v1::ChatResponse> whole =
      ReadAnthropicResponse(response, options_, redactor_);
  ASSERT_THAT(whole, IsOk());
  EXPECT_THAT(events_.message, EqualsProto(whole->choices(0).message()));
  ASSERT_THAT(events_.finishes, SizeIs(1));
  EXPECT_EQ(events_.finishes[0].finish_reason(),
            whole->choices(0).finish_reason());
  EXPECT_EQ(events_.finishes[0].provider_finish_reason(),
            whole->choices(0).provider_finish_reason());
  const v1::End& end = decoder_->end();
  EXPECT_EQ(end.id(), whole->id());
  EXPECT_EQ(end.model(), whole->model());
  EXPECT_EQ(end.service_tier(), whole->service_tier());
  EXPECT_THAT(end.usage(), EqualsProto(whole->usage()));
  EXPECT_THAT(end.provider_metadata(), EqualsProto(whole->provider_metadata()));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_P(AnthropicRecordedStreamTest, DoesNotDependOnHowTheBytesAreCut) {
  const std::string stream = Stream();
  ASSERT_THAT(Read(stream), IsOk());
  const std::string expected = Told();

  std::vector<absl::string_view> bytes;
  for (size_t i = 0; i < stream.size(); ++i) {
    bytes.push_back(absl::string_view(stream).substr(i, 1));
  }
  ASSERT_THAT(Read(bytes), IsOk());
  EXPECT_EQ(Told(), expected);

  for (size_t cut = 1; cut < stream.size(); ++cut) {
    const absl::string_view all = stream;
    ASSERT_THAT(Read({all.substr(0, cut), all.substr(cut)}), IsOk()) << cut;
    ASSERT_EQ(Told(), expected) << cut;
  }

  ASSERT_THAT(Read(absl::StrReplaceAll(stream, {{"\n", "\r\n"}})), IsOk());
  EXPECT_EQ(Told(), expected);
}

TEST_P(AnthropicRecordedStreamTest, IsCompleteOnlyWithItsEnd) {
  const std::string stream = Stream();
  for (size_t length = 0; length < stream.size() - 1; ++length) {
    const absl::string_view head = absl::string_view(stream).substr(0, length);
    ASSERT_THAT(Read(head), HasReason(ErrorReason::kProviderProtocolError))
        << length;
    ASSERT_FALSE(decoder_->done());
    ASSERT_THAT(events_.finishes, IsEmpty());
    ASSERT_THAT(Read(head, /*clean=*/false),
                HasReason(ErrorReason::kProviderUnavailable))
        << length;
  }
}

INSTANTIATE_TEST_SUITE_P(Files, AnthropicRecordedStreamTest,
                         ::testing::Values("text", "thinking_tools",
                                           "paused_search"));

TEST_F(AnthropicStreamTest, SaysTheRoleOnce) {
  ASSERT_THAT(Read(TestFile("text.sse")), IsOk());
  ASSERT_THAT(events_.deltas, SizeIs(3));
  EXPECT_EQ(events_.deltas[0].role(), v1::ROLE_ASSISTANT);
  EXPECT_EQ(events_.deltas[1].role(), v1::ROLE_UNSPECIFIED);
}

TEST_F(AnthropicStreamTest, ReadsAnAnswerWithoutContent) {
  ASSERT_THAT(Read(Start() + MessageDelta("end_turn", 2) + Stop()), IsOk());
  EXPECT_THAT(events_.deltas, IsEmpty());
  ASSERT_THAT(events_.finishes, SizeIs(1));
  EXPECT_EQ(events_.finishes[0].finish_reason(), v1::FINISH_REASON_STOP);
}

// Case 002.
TEST_F(AnthropicStreamTest, TakesPingsAndCommentsForLife) {
  ASSERT_THAT(Read(": WAITING\n\n" + Event("ping")), Not(IsOk()));
  EXPECT_EQ(events_.life, 2);

  ASSERT_THAT(Read(Start() + Event("ping") + BlockStart(0, kTextBlock) +
                   Text("one two") + Event("ping") + BlockStop(0) +
                   MessageDelta("end_turn", 2) + Stop()),
              IsOk());
  EXPECT_EQ(events_.message.content(), "one two");
  EXPECT_THAT(events_.deltas, SizeIs(1));
  EXPECT_THAT(warnings_, IsEmpty());
}

// Case 005.
TEST_F(AnthropicStreamTest, SeesAnErrorAsTheFirstEvent) {
  EXPECT_THAT(
      Read(Event(
          "error",
          R"("error":{"type":"overloaded_error","message":"Overloaded"})")),
      HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_THAT(
      Read(
          "data: {\"error\":{\"message\":\"queue is full\",\"code\":503}}\n\n"),
      HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_THAT(events_.deltas, IsEmpty());
}

// Case 006.
TEST_F(AnthropicStreamTest, SeesAnErrorAfterText) {
  const absl::Status status =
      Read(Start() + BlockStart(0, kTextBlock) + Text("Once upon") +
           Event("error", R"("error":{"type":"billing_error",)"
                          R"("message":"quota used up, k-secret-1"})") +
           Stop());
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderQuotaExhausted));
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("quota used up"), Not(HasSubstr("k-secret-1"))));
  EXPECT_EQ(events_.message.content(), "Once upon");
  EXPECT_THAT(events_.finishes, IsEmpty());
}

// Case 009.
TEST_F(AnthropicStreamTest, TakesTheLastCountAndAddsNothingUp) {
  ASSERT_THAT(
      Read(
          Event(
              "message_start",
              R"("message":{"usage":{"input_tokens":31,"output_tokens":1}})") +
          BlockStart(0, kTextBlock) + Text("Hello") + BlockStop(0) +
          Event("message_delta",
                R"("delta":{"stop_reason":null},"usage":{"output_tokens":9})") +
          MessageDelta("end_turn", 17) + Stop()),
      IsOk());
  EXPECT_THAT(decoder_->end().usage(), EqualsProto(R"pb(prompt_tokens: 31
                                                        completion_tokens: 17
                                                        total_tokens: 48)pb"));
}

// Case 014.
TEST_F(AnthropicStreamTest, RepairsBytesThatAreNoText) {
  for (const char* text : {"caf\xE9 ok", "caf\xFF ok", "caf\\ud83d ok"}) {
    ASSERT_THAT(Read(Start() + BlockStart(0, kTextBlock) + Text(text) +
                     MessageDelta("end_turn", 2) + Stop()),
                IsOk());
    EXPECT_EQ(events_.message.content(), "caf\xEF\xBF\xBD ok");
  }
}

// Case 016.
TEST_F(AnthropicStreamTest, GivesACallWithoutArgumentsAnObject) {
  ASSERT_THAT(Read(Start() + BlockStart(0, kCallBlock) + BlockStop(0) +
                   MessageDelta("tool_use", 2) + Stop()),
              IsOk());
  EXPECT_THAT(events_.message, EqualsProto(R"pb(
                role: ROLE_ASSISTANT
                tool_calls { id: "t1" name: "now" arguments: "{}" })pb"));
}

// Case 018.
TEST_F(AnthropicStreamTest, HoldsNoArgumentsBack) {
  decoder_ = NewAnthropicStreamDecoder(headers_, chat_, options_, redactor_);
  ASSERT_THAT(decoder_->Feed(Start() + BlockStart(0, kCallBlock), events_),
              IsOk());
  ASSERT_THAT(events_.deltas, SizeIs(1));
  for (int i = 0; i < 20; ++i) {
    ASSERT_THAT(decoder_->Feed(BlockDelta(0, R"({"type":"input_json_delta",)"
                                             R"("partial_json":"a"})"),
                               events_),
                IsOk());
    ASSERT_THAT(events_.deltas, SizeIs(i + 2));
    EXPECT_THAT(events_.deltas.back(),
                EqualsProto(R"pb(tool_calls { arguments: "a" })pb"));
  }
}

TEST_F(AnthropicStreamTest, PassesOnArgumentsThatALimitCut) {
  ASSERT_THAT(
      Read(Start() + BlockStart(0, kCallBlock) +
           BlockDelta(0,
                      R"({"type":"input_json_delta","partial_json":"{\"a"})") +
           MessageDelta("max_tokens", 2) + Stop()),
      IsOk());
  EXPECT_EQ(events_.message.tool_calls(0).arguments(), "{\"a");
  EXPECT_EQ(events_.finishes[0].finish_reason(), v1::FINISH_REASON_LENGTH);
}

// Row 10 of FAULTS.md.
TEST_F(AnthropicStreamTest, LeavesOutOneEventThatItCannotRead) {
  for (const char* broken : {"data: {\"type\":\n\n", "data: [1]\n\n",
                             "data: {\"type\":\"content_block_delta\"}\n\n"}) {
    ASSERT_THAT(
        Read(Start() + BlockStart(0, kTextBlock) + Text("a") + broken +
             Text("b") + BlockStop(0) + MessageDelta("end_turn", 2) + Stop()),
        IsOk());
    EXPECT_EQ(events_.message.content(), "ab");
    EXPECT_THAT(warnings_, ElementsAre(HasSubstr("could not be read")));
  }
}

TEST_F(AnthropicStreamTest, GivesUpWhereMoreWasLost) {
  const std::string broken = "data: {\n\n";
  const std::string head = Start() + BlockStart(0, kTextBlock) + Text("a");
  const auto is_broken = HasReason(ErrorReason::kProviderProtocolError);
  // A second one.
  EXPECT_THAT(Read(head + broken + broken), is_broken);
  // Why it ended.
  EXPECT_THAT(Read(head + broken + Stop()), is_broken);
  // In an answer that calls tools, before and behind the call.
  EXPECT_THAT(Read(Start() + broken + BlockStart(0, kCallBlock)), is_broken);
  EXPECT_THAT(Read(Start() + BlockStart(0, kCallBlock) + broken), is_broken);
  EXPECT_THAT(Read(Start() + broken + BlockStop(0) +
                   MessageDelta("tool_use", 1) + Stop()),
              is_broken);
  // In one that must be JSON.
  chat_ = ChatOf("response_format { json_schema {} }");
  EXPECT_THAT(Read(head + broken), is_broken);
}

TEST_F(AnthropicStreamTest, PassesOverWhatItDoesNotKnow) {
  ASSERT_THAT(Read(Start() + Event("weather", R"("error":null)") +
                   Event("weather") + BlockStart(0, kTextBlock) +
                   BlockDelta(0, R"({"type":"mood_delta"})") + Text("a") +
                   "data: null\n\ndata:\n\ndata: [DONE]\n\n" +
                   MessageDelta("end_turn", 1) + Stop()),
              IsOk());
  EXPECT_EQ(events_.message.content(), "a");
  EXPECT_THAT(warnings_,
              ElementsAre(HasSubstr("'weather'"), HasSubstr("'mood_delta'")));
}

TEST_F(AnthropicStreamTest, IgnoresWhatFollowsTheEnd) {
  ASSERT_THAT(Read(Start() + MessageDelta("end_turn", 1) + Stop() +
                   Text("more") + "data: {\n\n" + Stop()),
              IsOk());
  EXPECT_THAT(events_.deltas, IsEmpty());
  EXPECT_THAT(events_.finishes, SizeIs(1));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(AnthropicStreamTest, EndsWithWhatTheReaderReturned) {
  sink_answer_ = absl::CancelledError("gone");
  EXPECT_THAT(Read(TestFile("text.sse")),
              StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(events_.deltas, SizeIs(1));
}

// Case 007.
TEST_F(AnthropicStreamTest, SaysThatAPageIsNoStream) {
  headers_.Add("content-type", "text/html");
  const absl::Status status =
      Read("<html>\n\nDown for maintenance: back soon\n\n</html>");
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(
      std::string(status.message()),
      AllOf(HasSubstr("no event stream"), HasSubstr("Down for maintenance")));
  EXPECT_THAT(Read(""), HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(AnthropicStreamTest, ShowsNoBeginningOfALongKeyWhereAPageIsCut) {
  headers_.Add("content-type", "text/html");
  options_.credential = std::string(1500, 'k');  // As long as a token may be.
  const absl::Status status = Read(absl::StrCat(
      "Down ", std::string(kMaxPageBytes - 15, '.'), options_.credential));
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("Down ..."), Not(HasSubstr("kk"))));
}

TEST_F(AnthropicStreamTest, SeesAnErrorThatCameInsteadOfAStream) {
  headers_.Add("content-type", "application/json");
  EXPECT_THAT(Read(R"({"type":"error","error":{"type":"rate_limit_error",)"
                   R"("message":"slow down"}})"),
              HasReason(ErrorReason::kProviderRateLimited));
  EXPECT_THAT(Read(R"({"type":"message","content":[]})"),
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(AnthropicStreamTest, KeepsTheProvidersIdOfTheRequest) {
  headers_.Add("request-id", "req_1");
  ASSERT_THAT(Read(TestFile("text.sse")), IsOk());
  EXPECT_EQ(decoder_->end()
                .provider_metadata()
                .fields()
                .at("request_id")
                .string_value(),
            "req_1");
}

}  // namespace
}  // namespace aigateway

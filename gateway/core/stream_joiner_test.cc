#include "gateway/core/stream_joiner.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "gateway/base/scope.h"
#include "gateway/base/utf8.h"
#include "gateway/core/event_sink.h"
#include "gateway/core/replay.h"
#include "gateway/core/response_events.h"
#include "tests/fakes/fake_timers.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

// Feeds a joiner.
class JoiningSink final : public EventSink {
 public:
  absl::Status OnResponse(v1::ChatResponse& response) override {
    return absl::OkStatus();
  }
  absl::Status OnDelta(v1::Delta& delta) override {
    joiner.Add(delta);
    texts.push_back(delta.text());
    return absl::OkStatus();
  }
  absl::Status OnFinish(v1::Finish& finish) override {
    joiner.Add(finish);
    return absl::OkStatus();
  }
  absl::Status OnEnd(v1::End& end) override {
    joiner.Add(end);
    return absl::OkStatus();
  }
  StreamJoiner joiner;
  std::vector<std::string> texts;
};

v1::Delta MakeDelta(const char* text) {
  v1::Delta delta;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &delta));
  return delta;
}

TEST(StreamJoinerTest, JoinsTextAndToolCallsOfEachChoice) {
  StreamJoiner joiner;
  joiner.Add(MakeDelta(R"(text: "Hel")"));
  joiner.Add(MakeDelta(R"(index: 1 text: "Bon")"));
  joiner.Add(MakeDelta(R"(text: "lo")"));
  joiner.Add(MakeDelta(
      R"(tool_calls { index: 0 id: "t1" name: "add" arguments: "{\"a\"" })"));
  joiner.Add(MakeDelta(R"(tool_calls { index: 1 id: "t2" name: "mul" })"));
  joiner.Add(MakeDelta(R"(tool_calls { index: 0 arguments: ":1}" })"));
  joiner.Add(MakeDelta(R"(tool_calls { index: 1 arguments: "{}" })"));
  v1::Finish finish;
  finish.set_finish_reason(v1::FINISH_REASON_TOOL_CALLS);
  joiner.Add(finish);
  EXPECT_THAT(joiner.Response(), EqualsProto(R"pb(
                choices {
                  message {
                    role: ROLE_ASSISTANT
                    content: "Hello"
                    tool_calls { id: "t1" name: "add" arguments: "{\"a\":1}" }
                    tool_calls { id: "t2" name: "mul" arguments: "{}" }
                  }
                  finish_reason: FINISH_REASON_TOOL_CALLS
                }
                choices {
                  index: 1
                  message { role: ROLE_ASSISTANT content: "Bon" }
                }
              )pb"));
}

TEST(StreamJoinerTest, GivesBackTheResponseThatWasPlayedAsAStream) {
  v1::ChatResponse response;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"(
        id: "r1" model: "m1" system_fingerprint: "f" service_tier: "default"
        choices {
          message {
            role: ROLE_ASSISTANT content: "Hi" reasoning_content: "why"
            reasoning_blocks { text: "why" signature: "s" }
            tool_calls { id: "t" name: "n" arguments: "{}" signature: "z" }
          }
          finish_reason: FINISH_REASON_STOP provider_finish_reason: "stop"
          logprobs { content { token: "Hi" logprob: -0.5 } }
        }
        usage { prompt_tokens: 1 completion_tokens: 2 total_tokens: 3 }
      )",
      &response));
  JoiningSink sink;
  ASSERT_THAT(PlayResponse(response, sink), IsOk());
  EXPECT_THAT(sink.joiner.Response(), EqualsProto(response));
}

class ReplayTest : public testing::Test {
 protected:
  // An answer with 16 bytes of thoughts and 29 of text.
  ReplayTest() {
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        R"(
          id: "r1"
          choices {
            message {
              role: ROLE_ASSISTANT reasoning_content: "Let me see. Yes."
              content: "Здравствуй,\n мир"
              tool_calls { id: "t" name: "n" arguments: "{}" }
            }
            finish_reason: FINISH_REASON_TOOL_CALLS
          }
        )",
        &response_));
  }

  // Returns how long it took.
  absl::Duration Play(int32_t tokens_per_second, Scope& scope) {
    const absl::Time began = timers_.Now();
    status_ =
        RunToEnd(loop_, timers_,
                 Replay(response_, tokens_per_second, timers_, scope, sink_));
    return timers_.Now() - began;
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  v1::ChatResponse response_;
  JoiningSink sink_;
  absl::Status status_;
};

TEST_F(ReplayTest, GivesTheSameAnswerWordByWord) {
  Scope scope;
  // The last word begins after 39 of the 45 bytes.
  EXPECT_EQ(Play(10, scope), absl::Milliseconds(975));
  EXPECT_THAT(status_, IsOk());
  EXPECT_THAT(sink_.joiner.Response(), EqualsProto(response_));
  EXPECT_THAT(sink_.texts, testing::ElementsAre("", "", "", "",
                                                "Здравствуй,\n ", "мир", ""));
}

TEST_F(ReplayTest, TakesNoMoreThanHalfOfTheTimeThatIsLeft) {
  Scope scope(timers_.Now() + absl::Seconds(1));
  EXPECT_LE(Play(1, scope), absl::Milliseconds(500));
  EXPECT_THAT(status_, IsOk());
  EXPECT_THAT(sink_.joiner.Response(), EqualsProto(response_));
}

TEST_F(ReplayTest, EndsWithItsCaller) {
  Scope scope;
  const Timers::Handle gone = timers_.After(absl::Milliseconds(500), [&scope] {
    scope.Cancel(absl::CancelledError("gone"));
  });
  EXPECT_EQ(Play(10, scope), absl::Milliseconds(500));
  EXPECT_TRUE(absl::IsCancelled(status_));
}

TEST_F(ReplayTest, CutsNoLetterOfALongWord) {
  response_.mutable_choices(0)->mutable_message()->set_content(absl::StrCat(
      "a", absl::StrReplaceAll(std::string(100, '-'), {{"-", "界"}})));
  Scope scope;
  Play(1000, scope);
  EXPECT_THAT(sink_.joiner.Response(), EqualsProto(response_));
  for (const std::string& text : sink_.texts) {
    EXPECT_EQ(ValidUtf8(text), text);
  }
}

TEST(StreamJoinerTest, IgnoresAToolCallIndexThatIsNone) {
  StreamJoiner joiner;
  joiner.Add(MakeDelta(R"(tool_calls { index: -1 id: "t" })"));
  joiner.Add(MakeDelta(R"(tool_calls { index: 2000000000 id: "t" })"));
  EXPECT_EQ(joiner.Response().choices(0).message().tool_calls_size(), 0);
}

}  // namespace
}  // namespace aigateway

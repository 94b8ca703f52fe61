#include "gateway/core/stream_joiner.h"

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "gateway/core/event_sink.h"
#include "gateway/core/response_events.h"
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

TEST(StreamJoinerTest, IgnoresAToolCallIndexThatIsNone) {
  StreamJoiner joiner;
  joiner.Add(MakeDelta(R"(tool_calls { index: -1 id: "t" })"));
  joiner.Add(MakeDelta(R"(tool_calls { index: 2000000000 id: "t" })"));
  EXPECT_EQ(joiner.Response().choices(0).message().tool_calls_size(), 0);
}

}  // namespace
}  // namespace aigateway

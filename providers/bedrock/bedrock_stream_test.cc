#include "providers/bedrock/bedrock_stream.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/bedrock/bedrock_test_kit.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kMetadata[] =
    R"({"usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5},)"
    R"("metrics":{"latencyMs":9},"p":"abc"})";

std::string Delta(int index, absl::string_view delta) {
  return BedrockEventFrame("contentBlockDelta",
                           absl::StrCat(R"({"contentBlockIndex":)", index,
                                        R"(,"delta":{)", delta, "}}"));
}

std::string Text(absl::string_view text) {
  return Delta(0, absl::StrCat(R"("text":")", text, R"(")"));
}

std::string Begin() {
  return BedrockEventFrame("messageStart", R"({"role":"assistant"})");
}

std::string Stop(absl::string_view reason) {
  return BedrockEventFrame("messageStop",
                           absl::StrCat(R"({"stopReason":")", reason, R"("})"));
}

class BedrockStreamTest : public testing::Test {
 protected:
  BedrockStreamTest() {
    headers_.Add("Content-Type", "application/vnd.amazon.eventstream");
    headers_.Add("x-amzn-RequestId", "req-1");
  }

  // Reads `body` in pieces of `step` bytes.
  absl::Status Read(absl::string_view body, size_t step = 1 << 20,
                    bool clean = true) {
    events_ = {};
    warnings_.clear();
    decoder_ = NewBedrockStreamDecoder(headers_, options_, redactor_);
    while (!body.empty() && !decoder_->done()) {
      const absl::Status fed = decoder_->Feed(body.substr(0, step), events_);
      if (!fed.ok()) return fed;
      body.remove_prefix(std::min(step, body.size()));
    }
    return decoder_->End(clean, events_);
  }

  HttpHeaders headers_;
  std::vector<std::string> warnings_;
  CallOptions options_{.model = "m1", .stream = true, .warnings = &warnings_};
  Redactor redactor_;
  BedrockKeptEvents events_;
  std::unique_ptr<StreamDecoder> decoder_;
};

TEST_F(BedrockStreamTest, ReadsTextInAnyCut) {
  const std::string body = absl::StrCat(
      Begin(), Text("Hé"), Text(""), Text("llo"),
      BedrockEventFrame("contentBlockStop", R"({"contentBlockIndex":0})"),
      Stop("end_turn"), BedrockEventFrame("metadata", kMetadata));
  for (const size_t step : {size_t{1}, size_t{7}, body.size()}) {
    ASSERT_THAT(Read(body, step), IsOk());
    EXPECT_THAT(events_.choice, EqualsProto(R"pb(
                  message {
                    role: ROLE_ASSISTANT
                    content: "Hé"
                             "llo"
                  }
                  finish_reason: FINISH_REASON_STOP
                  provider_finish_reason: "end_turn"
                )pb"));
    EXPECT_EQ(events_.finishes, 1);
    EXPECT_EQ(decoder_->end().usage().total_tokens(), 5);
    EXPECT_EQ(decoder_->end().id(), "req-1");
    EXPECT_EQ(decoder_->end().model(), "m1");
    EXPECT_TRUE(
        decoder_->end().provider_metadata().fields().contains("metrics"));
    EXPECT_TRUE(warnings_.empty());
  }
}

TEST_F(BedrockStreamTest, ReadsCallsWithAndWithoutArguments) {
  const auto start = [](int index, absl::string_view id) {
    return BedrockEventFrame(
        "contentBlockStart",
        absl::StrCat(R"({"contentBlockIndex":)", index,
                     R"(,"start":{"toolUse":{"toolUseId":")", id,
                     R"(","name":"f"}}})"));
  };
  ASSERT_THAT(
      Read(absl::StrCat(
          Begin(), start(0, "a"), Delta(0, R"("toolUse":{"input":""})"),
          Delta(0, R"("toolUse":{"input":"{\"x\":"})"),
          Delta(0, R"("toolUse":{"input":"1}"})"), start(1, "b"),
          BedrockEventFrame("contentBlockStop", R"({"contentBlockIndex":1})"),
          Stop("tool_use"), BedrockEventFrame("metadata", kMetadata))),
      IsOk());
  EXPECT_THAT(events_.choice, EqualsProto(R"pb(
                message {
                  role: ROLE_ASSISTANT
                  tool_calls { id: "a" name: "f" arguments: "{\"x\":1}" }
                  tool_calls { id: "b" name: "f" arguments: "{}" }
                }
                finish_reason: FINISH_REASON_TOOL_CALLS
                provider_finish_reason: "tool_use"
              )pb"));
}

TEST_F(BedrockStreamTest, LeavesACallThatALimitCutAsItCame) {
  ASSERT_THAT(
      Read(absl::StrCat(
          BedrockEventFrame("contentBlockStart",
                            R"({"contentBlockIndex":0,"start":{"toolUse":
                               {"toolUseId":"a","name":"f"}}})"),
          Stop("max_tokens"), BedrockEventFrame("metadata", kMetadata))),
      IsOk());
  EXPECT_EQ(events_.choice.message().tool_calls(0).arguments(), "");
}

TEST_F(BedrockStreamTest, GathersThoughtsAndTheirSeals) {
  ASSERT_THAT(
      Read(absl::StrCat(
          Begin(), Delta(0, R"("reasoningContent":{"text":"Let"})"),
          Delta(0, R"("reasoningContent":{"text":" me"})"),
          Delta(0, R"("reasoningContent":{"signature":"s1"})"),
          BedrockEventFrame("contentBlockStop", R"({"contentBlockIndex":0})"),
          Delta(1, R"("reasoningContent":{"redactedContent":"YWI="})"),
          Delta(1, R"("reasoningContent":{"redactedContent":"Yw=="})"),
          Delta(2, R"("text":"x")"), Stop("end_turn"),
          BedrockEventFrame("metadata", kMetadata))),
      IsOk());
  EXPECT_THAT(events_.choice.message(), EqualsProto(R"pb(
                role: ROLE_ASSISTANT
                content: "x"
                reasoning_content: "Let me"
                reasoning_blocks { text: "Let me" signature: "s1" model: "m1" }
                reasoning_blocks { opaque: "YWJj" model: "m1" }
              )pb"));
}

TEST_F(BedrockStreamTest, EndsWithAnException) {
  const absl::Status status = Read(
      absl::StrCat(Begin(), Text("Hel"),
                   BedrockFrame({{":exception-type", "throttlingException"},
                                 {":message-type", "exception"}},
                                R"({"message":"Slow down."})")));
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderRateLimited));
  EXPECT_EQ(std::string(status.message()), "Slow down.");
  EXPECT_EQ(events_.choice.message().content(), "Hel");
}

TEST_F(BedrockStreamTest, EndsWithAnError) {
  EXPECT_THAT(Read(BedrockFrame({{":error-code", "InternalError"},
                                 {":error-message", "Broken."},
                                 {":message-type", "error"}},
                                "")),
              HasReason(ErrorReason::kProviderUnavailable));
}

TEST_F(BedrockStreamTest, IsNotWholeWithoutItsEnd) {
  const std::string body = absl::StrCat(Begin(), Text("Hi"), Stop("end_turn"));
  // The answer is there, what it cost is not.
  EXPECT_THAT(Read(body), IsOk());
  EXPECT_FALSE(decoder_->end().has_usage());
  EXPECT_THAT(Read(body, body.size(), /*clean=*/false),
              HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_THAT(Read(absl::StrCat(Begin(), Text("Hi"))),
              HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(Read(body.substr(0, body.size() - 3)),
              HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_EQ(events_.finishes, 0);
}

TEST_F(BedrockStreamTest, PassesOverEventsThatItDoesNotKnow) {
  EXPECT_THAT(Read(absl::StrCat(
                  BedrockEventFrame("initial-response", "{}"),
                  BedrockEventFrame("news", "not JSON"),
                  BedrockEventFrame("news", "{}"), Text("a"), Stop("end_turn"),
                  BedrockEventFrame("metadata", kMetadata), "behind")),
              IsOk());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("'news'")));
}

TEST_F(BedrockStreamTest, RefusesWhatCannotBe) {
  for (const std::string& body :
       {BedrockEventFrame("contentBlockDelta", R"({"delta":{"text":"x"}})"),
        BedrockEventFrame("contentBlockDelta", R"({"contentBlockIndex":0})"),
        BedrockEventFrame("contentBlockDelta", "{"), Delta(-1, R"("text":"x")"),
        Delta(0, R"("toolUse":{"input":"x"})"), Delta(0, R"("text":1)"),
        absl::StrCat(Stop("end_turn"), Text("late")), Stop("tool_use")}) {
    EXPECT_THAT(Read(body), HasReason(ErrorReason::kProviderProtocolError))
        << body;
  }
}

TEST_F(BedrockStreamTest, ShowsWhatIsNoStream) {
  HttpHeaders headers;
  headers.Add("content-type", "text/html");
  headers_ = headers;
  const absl::Status status = Read("<html>Sign in</html>");
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(std::string(status.message()), HasSubstr("Sign in"));
  headers_.clear();
  EXPECT_THAT(Read("<html>Sign in to go on</html>"),
              HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(Read(""), HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(BedrockStreamTest, EndsWithWhatTheReaderSays) {
  events_.answer = Error(ErrorReason::kCancelled, "enough");
  decoder_ = NewBedrockStreamDecoder(headers_, options_, redactor_);
  EXPECT_THAT(decoder_->Feed(Text("x"), events_),
              HasReason(ErrorReason::kCancelled));
}

}  // namespace
}  // namespace aigateway

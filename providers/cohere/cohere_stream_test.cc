#include "providers/cohere/cohere_stream.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/cohere/cohere_answer.h"
#include "providers/cohere/cohere_test_kit.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string ContentEvent(absl::string_view type, int index,
                         absl::string_view content) {
  return CohereSse(type, absl::StrCat(R"("index":)", index,
                                      R"(,"delta":{"message":{"content":{)",
                                      content, "}}}"));
}

std::string Text(absl::string_view text) {
  return ContentEvent("content-delta", 0,
                      absl::StrCat(R"("text":")", text, R"(")"));
}

std::string CallEvent(absl::string_view type, int index,
                      absl::string_view call) {
  return CohereSse(type, absl::StrCat(R"("index":)", index,
                                      R"(,"delta":{"message":{"tool_calls":{)",
                                      call, "}}}"));
}

std::string Stop(absl::string_view reason, absl::string_view more = "") {
  return CohereSse("message-end", absl::StrCat(R"("delta":{"finish_reason":")",
                                               reason, R"(")", more, "}"));
}

const std::string& Start() {
  static const auto* const start = new std::string(CohereSse(
      "message-start",
      R"("id":"r","delta":{"message":{"role":"assistant","content":[],)"
      R"("tool_plan":"","tool_calls":[],"citations":[]}})"));
  return *start;
}

constexpr absl::string_view kUsage =
    R"(,"usage":{"billed_units":{"input_tokens":7},)"
    R"("tokens":{"input_tokens":502,"output_tokens":24}})";

// A thought, a plan, two calls of which one has no arguments.
std::string CallingStream() {
  return absl::StrCat(
      Start(),
      ContentEvent("content-start", 0, R"("type":"thinking","thinking":"")"),
      ContentEvent("content-delta", 0, R"("thinking":"h")"),
      ContentEvent("content-delta", 0, R"("thinking":"m")"),
      CohereSse("content-end", R"("index":0)"),
      CohereSse("tool-plan-delta", R"("delta":{"message":{"tool_plan":"I"}})"),
      CohereSse("tool-plan-delta",
                R"("delta":{"message":{"tool_plan":" will."}})"),
      CallEvent("tool-call-start", 0,
                R"("id":"c1","function":{"name":"f","arguments":""})"),
      CallEvent("tool-call-delta", 0, R"("function":{"arguments":"{\"a\""})"),
      CallEvent("tool-call-delta", 0, R"("function":{"arguments":":1}"})"),
      CohereSse("tool-call-end", R"("index":0)"),
      CallEvent("tool-call-start", 1,
                R"("id":"c2","function":{"name":"g","arguments":""})"),
      CohereSse("tool-call-end", R"("index":1)"), Stop("TOOL_CALL", kUsage),
      "data: [DONE]\n\n");
}

class CohereStreamTest : public ::testing::Test {
 protected:
  absl::Status Feed(absl::string_view bytes) {
    decoder_ = NewCohereStreamDecoder(headers_, chat_, options_, redactor_);
    return decoder_->Feed(bytes, events_);
  }

  std::vector<std::string> warnings_;
  CallOptions options_{.model = "command-a",
                       .credential = "my-key",
                       .stream = true,
                       .warnings = &warnings_};
  v1::ChatRequest chat_;
  HttpHeaders headers_;
  Redactor redactor_;
  CohereKeptEvents events_;
  std::unique_ptr<StreamDecoder> decoder_;
};

TEST_F(CohereStreamTest, HandsOverTextAsItComes) {
  ASSERT_THAT(
      Feed(absl::StrCat(
          Start(),
          ContentEvent("content-start", 0, R"("type":"text","text":"")"),
          Text("Sure"), Text("!"), CohereSse("content-end", R"("index":0)"),
          Stop("COMPLETE", kUsage))),
      IsOk());
  EXPECT_TRUE(decoder_->done());
  EXPECT_THAT(decoder_->End(true, events_), IsOk());
  ASSERT_EQ(events_.deltas.size(), 2U);
  EXPECT_THAT(events_.deltas[0], EqualsProto(R"pb(role: ROLE_ASSISTANT
                                                  text: "Sure")pb"));
  EXPECT_THAT(events_.deltas[1], EqualsProto(R"pb(text: "!")pb"));
  EXPECT_EQ(events_.finishes, 1);
  EXPECT_GT(events_.life, 0);
  EXPECT_EQ(decoder_->end().id(), "r");
  EXPECT_EQ(decoder_->end().model(), "command-a");
  EXPECT_EQ(decoder_->end().usage().total_tokens(), 526);
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(CohereStreamTest, JoinsToTheSameMessageAsTheWholeAnswer) {
  ASSERT_THAT(Feed(CallingStream()), IsOk());
  const absl::StatusOr<v1::ChatResponse> whole = ReadCohereResponse(
      {.status = 200,
       .body = absl::StrCat(
           R"({"id":"r","message":{"role":"assistant","tool_plan":"I will.",
            "content":[{"type":"thinking","thinking":"hm"}],"tool_calls":[
            {"id":"c1","function":{"name":"f","arguments":"{\"a\":1}"}},
            {"id":"c2","function":{"name":"g","arguments":"{}"}}]},
            "finish_reason":"TOOL_CALL")",
           kUsage, "}")},
      chat_, options_, redactor_);
  ASSERT_THAT(whole, IsOk());
  EXPECT_THAT(events_.choice, EqualsProto(whole->choices(0)));
  EXPECT_THAT(decoder_->end().usage(), EqualsProto(whole->usage()));
  EXPECT_THAT(decoder_->end().provider_metadata(),
              EqualsProto(whole->provider_metadata()));
}

TEST_F(CohereStreamTest, ReadsTheSameCutAtEveryByte) {
  const std::string bytes = CallingStream();
  ASSERT_THAT(Feed(bytes), IsOk());
  const v1::Choice whole = events_.choice;
  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    events_ = {};
    ASSERT_THAT(Feed(absl::string_view(bytes).substr(0, cut)), IsOk()) << cut;
    if (!decoder_->done()) {
      ASSERT_THAT(decoder_->Feed(absl::string_view(bytes).substr(cut), events_),
                  IsOk())
          << cut;
    }
    EXPECT_THAT(events_.choice, EqualsProto(whole)) << cut;
    EXPECT_EQ(events_.finishes, 1) << cut;
  }
}

TEST_F(CohereStreamTest, IsNeverCompleteWithoutItsEnd) {
  const std::string begun = absl::StrCat(Start(), Text("a"));
  ASSERT_THAT(Feed(begun + "data: [DONE]\n\n"), IsOk());
  EXPECT_FALSE(decoder_->done());
  EXPECT_THAT(decoder_->End(/*clean=*/true, events_),
              HasReason(ErrorReason::kProviderProtocolError));
  ASSERT_THAT(Feed(begun), IsOk());
  EXPECT_THAT(decoder_->End(/*clean=*/false, events_),
              HasReason(ErrorReason::kProviderUnavailable));
  // The last event without its blank line.
  const std::string end = Stop("COMPLETE");
  ASSERT_THAT(Feed(begun + end.substr(0, end.size() - 1)), IsOk());
  EXPECT_THAT(decoder_->End(/*clean=*/true, events_),
              HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_EQ(events_.finishes, 0);
}

TEST_F(CohereStreamTest, NothingCountsThatFollowsTheEnd) {
  ASSERT_THAT(Feed(absl::StrCat(Text("a"), Stop("COMPLETE"), Text("b"),
                                Stop("ERROR"), "data: {\n\n")),
              IsOk());
  EXPECT_EQ(events_.choice.message().content(), "a");
  EXPECT_EQ(events_.finishes, 1);
}

TEST_F(CohereStreamTest, KeepsCitationsAsTheyCame) {
  ASSERT_THAT(Feed(absl::StrCat(
                  Text("a"),
                  CohereSse("citation-start",
                            R"("index":0,"delta":{"message":{"citations":{)"
                            R"("start":0,"text":"a"}}})"),
                  CohereSse("citation-end", R"("index":0)"), Stop("COMPLETE"))),
              IsOk());
  const auto& fields = decoder_->end().provider_metadata().fields();
  EXPECT_EQ(fields.at("citations").list_value().values_size(), 1);
}

TEST_F(CohereStreamTest, OneBrokenEventIsLeftOutAndASecondIsAnError) {
  const std::string broken = "event: content-delta\ndata: {\"type\":\n\n";
  ASSERT_THAT(
      Feed(absl::StrCat(Text("a"), broken, Text("b"), Stop("COMPLETE"))),
      IsOk());
  EXPECT_EQ(events_.choice.message().content(), "ab");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("left out")));
  EXPECT_THAT(Feed(absl::StrCat(Text("a"), broken, broken)),
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(CohereStreamTest, ADeltaThatAddsNothingIsBroken) {
  ASSERT_THAT(Feed(ContentEvent("content-delta", 0, R"("tekst":"a")")), IsOk());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("left out")));
}

TEST_F(CohereStreamTest, NothingMayBeLostOfCallsOrOfJson) {
  const std::string broken = "data: {\n\n";
  const std::string call =
      CallEvent("tool-call-start", 0, R"("id":"c","function":{"name":"f"})");
  EXPECT_THAT(Feed(call + broken),
              HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(Feed(broken + call),
              HasReason(ErrorReason::kProviderProtocolError));
  chat_.mutable_response_format()->mutable_json_object();
  EXPECT_THAT(Feed(Text("{") + broken),
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(CohereStreamTest, CallsThatAreNotWholeAreErrors) {
  EXPECT_THAT(
      Feed(CallEvent("tool-call-delta", 0, R"("function":{"arguments":"{"})")),
      HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(Feed(CallEvent("tool-call-start", 0, R"("id":"c")")),
              HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(Feed(Text("a") + Stop("TOOL_CALL")),
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(CohereStreamTest, ACallThatALimitCutIsPassedOnAsItCame) {
  ASSERT_THAT(
      Feed(absl::StrCat(
          CallEvent("tool-call-start", 0,
                    R"("id":"c","function":{"name":"f","arguments":"{\"a"})"),
          Stop("MAX_TOKENS"))),
      IsOk());
  EXPECT_EQ(events_.choice.message().tool_calls(0).arguments(), "{\"a");
  EXPECT_EQ(events_.choice.finish_reason(), v1::FINISH_REASON_LENGTH);
}

TEST_F(CohereStreamTest, AnErrorInTheStreamIsAnErrorWithoutTheKey) {
  for (const std::string& error :
       {std::string("data: {\"id\":\"1\",\"message\":\"my-key broke\"}\n\n"),
        std::string("event: error\ndata: {\"error\":\"my-key broke\"}\n\n"),
        CohereSse(
            "message-end",
            R"("delta":{"finish_reason":"ERROR","error":"my-key broke"})")}) {
    const absl::Status status = Feed(Text("a") + error);
    EXPECT_THAT(status, HasReason(ErrorReason::kProviderUnavailable)) << error;
    EXPECT_EQ(status.message(), "[redacted] broke") << error;
  }
}

TEST_F(CohereStreamTest, PassesUnknownEventsOverWithOneWarning) {
  ASSERT_THAT(Feed(absl::StrCat(CohereSse("debug", R"("prompt":"p")"),
                                CohereSse("news", ""), CohereSse("news", ""),
                                Text("a"), Stop("COMPLETE"))),
              IsOk());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("'news'")));
}

TEST_F(CohereStreamTest, ContentOfANewKindIsPassedOverWithItsDeltas) {
  ASSERT_THAT(
      Feed(absl::StrCat(ContentEvent("content-start", 3, R"("type":"song")"),
                        ContentEvent("content-delta", 3, R"("notes":"la")"),
                        Text("a"), Stop("COMPLETE"))),
      IsOk());
  EXPECT_EQ(events_.choice.message().content(), "a");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("'song'")));
}

TEST_F(CohereStreamTest, APageInsteadOfAStreamIsShown) {
  headers_.Add("content-type", "text/html");
  ASSERT_THAT(Feed("<html>busy my-key</html>"), IsOk());
  const absl::Status status = decoder_->End(/*clean=*/true, events_);
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(std::string(status.message()), HasSubstr("busy [redacted]"));
  ASSERT_THAT(Feed(R"({"message":"too many tokens"})"), IsOk());
  EXPECT_THAT(decoder_->End(/*clean=*/true, events_),
              HasReason(ErrorReason::kContextLengthExceeded));
}

TEST_F(CohereStreamTest, ALongKeyAtTheEndOfWhatIsShownIsFound) {
  options_.credential = std::string(1000, 'K');
  ASSERT_THAT(Feed(absl::StrCat(std::string(500, '.'), options_.credential)),
              IsOk());
  EXPECT_THAT(std::string(decoder_->End(/*clean=*/true, events_).message()),
              ::testing::Not(HasSubstr("KKKK")));
}

TEST_F(CohereStreamTest, TextIsRepairedNotTrusted) {
  ASSERT_THAT(Feed(Text("a\xff") + Stop("COMPLETE")), IsOk());
  EXPECT_EQ(events_.choice.message().content(), "a\xEF\xBF\xBD");
}

TEST_F(CohereStreamTest, EndsWithWhatTheReaderOfEventsSays) {
  events_.answer = absl::CancelledError("gone");
  EXPECT_THAT(Feed(Text("a")), StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace aigateway

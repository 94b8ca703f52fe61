#include "providers/gemini_stream.h"

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/gemini_response.h"
#include "providers/gemini_test_kit.h"
#include "providers/upstream_error.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string TestFile(absl::string_view name) {
  std::ifstream file(absl::StrCat("providers/testdata/gemini/", name),
                     std::ios::binary);
  EXPECT_TRUE(file.is_open()) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

// An event with that candidate.
std::string Event(absl::string_view candidate) {
  return absl::StrCat(R"(data: {"responseId":"r1","candidates":[)", candidate,
                      "]}\r\n\r\n");
}
std::string TextEvent(absl::string_view text) {
  return Event(
      absl::StrCat(R"({"content":{"parts":[{"text":")", text, R"("}]}})"));
}
std::string FinishEvent(absl::string_view reason = "STOP") {
  return Event(absl::StrCat(R"({"finishReason":")", reason, R"("})"));
}
std::string CallEvent(absl::string_view city) {
  return Event(absl::StrCat(
      R"({"content":{"parts":[{"functionCall":{"name":"get_weather",)"
      R"("args":{"city":")",
      city, R"("}}}]}})"));
}

class GeminiStreamTest : public ::testing::Test {
 protected:
  GeminiStreamTest() { options_.warnings = &warnings_; }

  // Reads a whole stream, at most `slice` bytes at a time.
  absl::Status Read(absl::string_view bytes, bool clean = true,
                    size_t slice = std::string::npos) {
    events_ = GeminiRecordedEvents();
    warnings_.clear();
    GeminiStreamDecoder decoder(chat_, options_, redactor_);
    const absl::Status status =
        FeedSliced(decoder, bytes, slice, clean, events_);
    end_ = decoder.end();
    return status;
  }

  v1::ChatRequest chat_;
  CallOptions options_;
  Redactor redactor_;
  std::vector<std::string> warnings_;
  GeminiRecordedEvents events_;
  v1::End end_;
};

TEST_F(GeminiStreamTest, JoinsToWhatTheWholeAnswerGives) {
  ASSERT_THAT(Read(TestFile("stream.txt")), IsOk());
  const absl::StatusOr<v1::ChatResponse> whole =
      ReadGeminiResponse({.status = 200, .body = TestFile("answer.json")},
                         chat_, options_, redactor_);
  ASSERT_THAT(whole, IsOk());
  EXPECT_THAT(events_.Joined(), ElementsAre(EqualsProto(whole->choices(0))));
  EXPECT_EQ(whole->choices(0).message().content(), "Rome is naïve 😀");
  EXPECT_THAT(whole->choices(0).message().tool_calls(), SizeIs(2));
  EXPECT_THAT(end_.usage(), EqualsProto(whole->usage()));
  EXPECT_THAT(end_.provider_metadata(),
              EqualsProto(whole->provider_metadata()));
  EXPECT_EQ(end_.id(), "resp-1");
  EXPECT_EQ(end_.model(), "gemini-3.5-flash");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(GeminiStreamTest, EventsDoNotDependOnTheCuts) {
  const std::string crlf = TestFile("stream.txt");
  const std::string lf = absl::StrReplaceAll(crlf, {{"\r\n", "\n"}});
  for (const std::string& bytes : {crlf, lf}) {
    ASSERT_THAT(Read(bytes), IsOk());
    const GeminiRecordedEvents whole = events_;
    for (size_t slice : {1, 2, 3, 7, 100}) {
      ASSERT_THAT(Read(bytes, /*clean=*/true, slice), IsOk());
      ASSERT_THAT(events_.deltas, SizeIs(whole.deltas.size()));
      for (size_t i = 0; i < whole.deltas.size(); ++i) {
        EXPECT_THAT(events_.deltas[i], EqualsProto(whole.deltas[i]));
      }
      EXPECT_EQ(events_.lives, whole.lives);
    }
    for (size_t cut = 1; cut < bytes.size(); ++cut) {
      GeminiRecordedEvents events;
      GeminiStreamDecoder decoder(chat_, options_, redactor_);
      ASSERT_THAT(decoder.Feed(bytes.substr(0, cut), events), IsOk());
      ASSERT_THAT(decoder.Feed(bytes.substr(cut), events), IsOk());
      ASSERT_THAT(decoder.End(/*clean=*/true, events), IsOk());
      ASSERT_THAT(events.Joined(), ElementsAre(EqualsProto(whole.Joined()[0])));
    }
  }
}

TEST_F(GeminiStreamTest, StreamThatBreaksOffIsNeverComplete) {
  const std::string bytes = TestFile("stream.txt");
  // The last event counts from the line end after it on.
  const size_t complete = bytes.size() - 1;
  for (size_t length = 0; length < complete; ++length) {
    EXPECT_THAT(Read(bytes.substr(0, length), /*clean=*/false),
                HasReason(ErrorReason::kProviderUnavailable))
        << length;
    EXPECT_THAT(Read(bytes.substr(0, length), /*clean=*/true),
                HasReason(ErrorReason::kProviderProtocolError))
        << length;
    EXPECT_THAT(events_.finishes, IsEmpty());
  }
  EXPECT_THAT(Read(bytes.substr(0, complete), /*clean=*/false), IsOk());
  EXPECT_THAT(Read(bytes, /*clean=*/false), IsOk());
}

TEST_F(GeminiStreamTest, ParallelCallsOfSeveralEventsAreNumberedThrough) {
  const std::string finish = absl::StrCat(
      R"(data: {"candidates":[{"finishReason":"STOP"}],"usageMetadata":)"
      R"({"promptTokenCount":8,"candidatesTokenCount":9,)"
      R"("totalTokenCount":17}})",
      "\n\n");
  ASSERT_THAT(Read(absl::StrCat(CallEvent("Rome"), CallEvent("Oslo"),
                                CallEvent("Lima"), finish)),
              IsOk());
  const v1::Choice choice = events_.Joined()[0];
  ASSERT_THAT(choice.message().tool_calls(), SizeIs(3));
  EXPECT_EQ(choice.message().tool_calls(0).arguments(), R"({"city":"Rome"})");
  EXPECT_EQ(choice.message().tool_calls(2).arguments(), R"({"city":"Lima"})");
  EXPECT_NE(choice.message().tool_calls(0).id(),
            choice.message().tool_calls(1).id());
  EXPECT_NE(choice.message().tool_calls(1).id(),
            choice.message().tool_calls(2).id());
  EXPECT_EQ(choice.finish_reason(), v1::FINISH_REASON_TOOL_CALLS);
  EXPECT_THAT(end_.usage(), EqualsProto("prompt_tokens: 8 completion_tokens: 9 "
                                        "total_tokens: 17"));
}

TEST_F(GeminiStreamTest, RoleComesOnceAndNothingEmptyIsHandedOver) {
  ASSERT_THAT(Read(absl::StrCat(TextEvent(""), TextEvent("a"), TextEvent("b"),
                                TextEvent(""), FinishEvent())),
              IsOk());
  ASSERT_THAT(events_.deltas, SizeIs(2));
  EXPECT_EQ(events_.deltas[0].role(), v1::ROLE_ASSISTANT);
  EXPECT_EQ(events_.deltas[1].role(), v1::ROLE_UNSPECIFIED);
  EXPECT_EQ(events_.lives, 3);
}

TEST_F(GeminiStreamTest, LastFinishAndLastUsageCount) {
  const auto usage = [](int count) {
    return absl::StrCat(R"(data: {"usageMetadata":{"promptTokenCount":10,)"
                        R"("candidatesTokenCount":)",
                        count, "}}\n\n");
  };
  ASSERT_THAT(Read(absl::StrCat(
                  TextEvent("a"), FinishEvent("MAX_TOKENS"), usage(1),
                  TextEvent("b"), FinishEvent("STOP"), usage(9),
                  "data: {\"usageMetadata\":{\"trafficType\":\"x\"}}\n\n")),
              IsOk());
  EXPECT_EQ(events_.text(), "ab");
  EXPECT_THAT(events_.finishes,
              ElementsAre(EqualsProto("finish_reason: FINISH_REASON_STOP "
                                      "provider_finish_reason: 'STOP'")));
  EXPECT_EQ(end_.usage().completion_tokens(), 9);
  EXPECT_EQ(end_.usage().total_tokens(), 19);
}

TEST_F(GeminiStreamTest, CutAnswerThatWentOnAfterItsFinishIsNotComplete) {
  const std::string code = Event(
      R"({"content":{"parts":[{"executableCode":{}}]},"finishReason":"STOP"})");
  const std::string goes_on =
      absl::StrCat(TextEvent("a"), FinishEvent(), TextEvent("b"));
  for (const std::string& bytes : {code, goes_on}) {
    EXPECT_THAT(Read(bytes, /*clean=*/false),
                HasReason(ErrorReason::kProviderUnavailable));
    EXPECT_THAT(events_.finishes, IsEmpty());
    EXPECT_THAT(Read(bytes, /*clean=*/true), IsOk());
    EXPECT_EQ(Read(absl::StrCat(bytes, FinishEvent()), /*clean=*/false).ok(),
              code != bytes);
  }
}

TEST_F(GeminiStreamTest, EveryCandidateNeedsItsFinish) {
  const std::string both =
      absl::StrCat(Event(R"({"index":0,"content":{"parts":[{"text":"a"}]}})"),
                   Event(R"({"index":1,"content":{"parts":[{"text":"b"}]},)"
                         R"("finishReason":"STOP"})"));
  EXPECT_THAT(Read(both), HasReason(ErrorReason::kProviderProtocolError));
  ASSERT_THAT(Read(absl::StrCat(
                  both, Event(R"({"index":0,"finishReason":"MAX_TOKENS"})"))),
              IsOk());
  ASSERT_THAT(events_.finishes, SizeIs(2));
  EXPECT_EQ(events_.finishes[0].index(), 0);
  EXPECT_EQ(events_.finishes[0].finish_reason(), v1::FINISH_REASON_LENGTH);
  EXPECT_EQ(events_.text(1), "b");
}

TEST_F(GeminiStreamTest, RefusedPromptEndsAsTheWholeAnswerDoes) {
  for (const char* candidates : {"", R"("candidates":[],)"}) {
    ASSERT_THAT(
        Read(absl::StrCat("data: {", candidates,
                          R"("promptFeedback":{"blockReason":"SAFETY"},)"
                          R"("usageMetadata":{"promptTokenCount":4,)"
                          R"("totalTokenCount":4}})",
                          "\n\n")),
        IsOk());
    EXPECT_THAT(events_.deltas, IsEmpty());
    EXPECT_THAT(
        events_.finishes,
        ElementsAre(EqualsProto("finish_reason: FINISH_REASON_CONTENT_FILTER "
                                "provider_finish_reason: 'SAFETY'")));
    EXPECT_THAT(end_.usage(), EqualsProto("prompt_tokens: 4 total_tokens: 4"));
  }
}

TEST_F(GeminiStreamTest, ErrorEventIsClassifiedWhereverItComes) {
  constexpr char kError[] =
      R"({"error":{"code":429,"message":"quota used up",)"
      R"("status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"3s"}]}})";
  const std::string array = absl::StrCat("[", kError, "]");
  for (const std::string& error : {std::string(kError), array}) {
    for (const std::string& before : {std::string(), TextEvent("Once")}) {
      for (const char* after : {"", "data: [DONE]\n\n"}) {
        const absl::Status status =
            Read(absl::StrCat(before, "data: ", error, "\n\n", after));
        EXPECT_THAT(status, AllOf(HasReason(ErrorReason::kProviderRateLimited),
                                  StatusIs(absl::StatusCode::kResourceExhausted,
                                           "quota used up")));
        EXPECT_EQ(RetryAfter(status), absl::Seconds(3));
        EXPECT_EQ(events_.text(), before.empty() ? "" : "Once");
        EXPECT_THAT(events_.finishes, IsEmpty());
      }
    }
  }
}

TEST_F(GeminiStreamTest, ErrorOutsideTheFramingIsClassifiedToo) {
  constexpr char kError[] =
      "[{\n  \"error\": {\n    \"code\": 503,\n    \"message\": \"queue is "
      "full\",\n    \"status\": \"UNAVAILABLE\"\n  }\n}\n]\n";
  for (const std::string& before :
       {std::string(), TextEvent("Once"),
        absl::StrCat(TextEvent("Once"), FinishEvent())}) {
    for (size_t slice : {size_t{1}, std::string::npos}) {
      EXPECT_THAT(Read(absl::StrCat(before, kError), /*clean=*/true, slice),
                  StatusIs(absl::StatusCode::kUnavailable, "queue is full"));
      EXPECT_THAT(events_.finishes, IsEmpty());
    }
  }
}

TEST_F(GeminiStreamTest, BareJsonIsBounded) {
  EXPECT_THAT(Read(absl::StrCat("{", std::string(100000, ' '))),
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(GeminiStreamTest, PageIsShownShortened) {
  const absl::Status status = Read(absl::StrCat(
      "<html><body>We will be back", std::string(5000, 'x'), "</body>"));
  EXPECT_THAT(status, AllOf(HasReason(ErrorReason::kProviderProtocolError),
                            StatusIs(absl::StatusCode::kUnavailable,
                                     HasSubstr("We will be back"))));
  EXPECT_LT(status.message().size(), 1024);
  EXPECT_THAT(Read(""), HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(GeminiStreamTest, NoBeginningOfAKeyIsShownWhereAPageIsCut) {
  options_.credential = "credential-of-ours";
  const absl::Status status = Read(absl::StrCat(
      "Down ", std::string(kMaxPageBytes - 15, '.'), options_.credential));
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("Down ..."), Not(HasSubstr("cred"))));
}

TEST_F(GeminiStreamTest, OneUnreadableEventIsLeftOutAndNamed) {
  for (const char* odd :
       {"{\"candidates\":[", "not json", "12", "{\"candidates\":\"x\"}"}) {
    ASSERT_THAT(Read(absl::StrCat(TextEvent("one "), "data: ", odd, "\n\n",
                                  TextEvent("two"), FinishEvent())),
                IsOk())
        << odd;
    EXPECT_EQ(events_.text(), "one two");
    EXPECT_THAT(warnings_, ElementsAre(HasSubstr("could not be read")));
  }
}

TEST_F(GeminiStreamTest, SecondUnreadableEventIsAnError) {
  EXPECT_THAT(Read(absl::StrCat("data: x\n\n", TextEvent("a"), "data: y\n\n",
                                FinishEvent())),
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(GeminiStreamTest, NothingMayBeMissingFromCallsAndFromJson) {
  const std::string odd = "data: x\n\n";
  EXPECT_THAT(Read(absl::StrCat(CallEvent("Rome"), odd, FinishEvent())),
              HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(Read(absl::StrCat(odd, CallEvent("Rome"), FinishEvent())),
              HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(events_.deltas, IsEmpty());
  chat_.mutable_response_format()->mutable_json_object();
  EXPECT_THAT(Read(absl::StrCat(TextEvent("{"), odd, FinishEvent())),
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(GeminiStreamTest, NullsCommentsAndForeignMarksAreLife) {
  ASSERT_THAT(
      Read(absl::StrCat(": keep-alive\n\n", "data: null\n\n",
                        Event(R"({"content":null,"finishReason":null})"),
                        Event(R"({"content":{"parts":null}})"), TextEvent("ok"),
                        FinishEvent(), "data: [DONE]\n\n")),
      IsOk());
  EXPECT_EQ(events_.text(), "ok");
  EXPECT_THAT(warnings_, IsEmpty());
  EXPECT_EQ(events_.lives, 6);
}

TEST_F(GeminiStreamTest, ByteThatIsNoTextIsReplaced) {
  ASSERT_THAT(Read(absl::StrCat(TextEvent("caf\xE9 ok"), FinishEvent())),
              IsOk());
  EXPECT_EQ(events_.text(), "caf\uFFFD ok");
}

TEST_F(GeminiStreamTest, TextAndPicturesKeepTheirOrder) {
  ASSERT_THAT(
      Read(absl::StrCat(
          Event(R"({"content":{"parts":[{"text":"A"},)"
                R"({"inlineData":{"mimeType":"image/png","data":"AP8="}},)"
                R"({"text":"B"}]}})"),
          FinishEvent())),
      IsOk());
  EXPECT_THAT(events_.deltas, SizeIs(3));
  EXPECT_THAT(events_.Joined()[0].message(), EqualsProto(R"pb(
                role: ROLE_ASSISTANT
                parts { text: "A" }
                parts { image { data: "\000\377" media_type: "image/png" } }
                parts { text: "B" })pb"));
}

TEST_F(GeminiStreamTest, WhatTheTakerReturnsEndsTheStream) {
  GeminiRecordedEvents events;
  events.refuse = absl::CancelledError("gone");
  GeminiStreamDecoder decoder(chat_, options_, redactor_);
  EXPECT_THAT(decoder.Feed(TextEvent("a"), events),
              StatusIs(absl::StatusCode::kCancelled, "gone"));
}

TEST_F(GeminiStreamTest, UsageIsKnownBeforeTheEnd) {
  GeminiStreamDecoder decoder(chat_, options_, redactor_);
  ASSERT_THAT(
      decoder.Feed("data: {\"usageMetadata\":{\"promptTokenCount\":3}}\n\n",
                   events_),
      IsOk());
  EXPECT_EQ(decoder.end().usage().prompt_tokens(), 3);
  EXPECT_FALSE(decoder.done());
}

TEST_F(GeminiStreamTest, ErrorsShowNoAnswer) {
  EXPECT_THAT(std::string(Read(TextEvent("secret words")).message()),
              Not(HasSubstr("secret words")));
}

TEST_F(GeminiStreamTest, IsCutWhileACandidateThatWasAskedForIsMissing) {
  const std::string one = Event(
      R"({"index":0,"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"})");
  const std::string two = Event(
      R"({"index":1,"content":{"parts":[{"text":"b"}]},"finishReason":"STOP"})");
  options_.model = "gemini-2.5-flash";
  chat_.set_n(2);
  EXPECT_THAT(Read(one, /*clean=*/false),
              HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_THAT(Read(absl::StrCat(one, two), /*clean=*/false), IsOk());
  // It was refused.
  EXPECT_THAT(Read(one, /*clean=*/true), IsOk());
  // This model is asked for one, whatever was wanted.
  options_.model = "gemini-3-pro";
  EXPECT_THAT(Read(one, /*clean=*/false), IsOk());
}

}  // namespace
}  // namespace aigateway

#include "providers/ollama/ollama_stream.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/ollama/ollama_answer.h"
#include "providers/ollama/ollama_test_kit.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr absl::string_view kDone =
    R"("done":true,"done_reason":"stop","load_duration":5,)"
    R"("prompt_eval_count":7,"eval_count":3)";

std::string Text(absl::string_view text) {
  return OllamaLine(absl::StrCat(R"("content":")", text, R"(")"));
}

std::string Done() { return OllamaLine(R"("content":"")", kDone); }

std::string Call(absl::string_view function) {
  return OllamaLine(absl::StrCat(R"("content":"","tool_calls":[{"function":{)",
                                 function, "}}]"));
}

// A thought, text, two calls of which one has no arguments.
std::string CallingStream() {
  return absl::StrCat(
      OllamaLine(R"("content":"","thinking":"h")"),
      OllamaLine(R"("content":"","thinking":"m")"), Text("I "), Text("will."),
      Call(R"("index":0,"name":"f","arguments":{"b": 1,"a":"\u00e4"})"),
      Call(R"("index":0,"name":"g","arguments":{})"), Done());
}

class OllamaStreamTest : public ::testing::Test {
 protected:
  void Begin() {
    decoder_ = NewOllamaStreamDecoder(chat_, options_, redactor_);
  }
  absl::Status Feed(absl::string_view bytes) {
    Begin();
    return decoder_->Feed(bytes, events_);
  }

  std::vector<std::string> warnings_;
  CallOptions options_{.model = "asked",
                       .credential = "my-key",
                       .stream = true,
                       .warnings = &warnings_};
  v1::ChatRequest chat_;
  Redactor redactor_;
  OllamaKeptEvents events_;
  std::unique_ptr<StreamDecoder> decoder_;
};

TEST_F(OllamaStreamTest, HandsOverTextAsItComes) {
  ASSERT_THAT(Feed(absl::StrCat(Text("Su"), Text("re"), Done())), IsOk());
  EXPECT_TRUE(decoder_->done());
  EXPECT_THAT(decoder_->End(true, events_), IsOk());
  ASSERT_EQ(events_.deltas.size(), 2U);
  EXPECT_THAT(events_.deltas[0], EqualsProto(R"pb(role: ROLE_ASSISTANT
                                                  text: "Su")pb"));
  EXPECT_THAT(events_.deltas[1], EqualsProto(R"pb(text: "re")pb"));
  EXPECT_EQ(events_.finishes, 1);
  EXPECT_EQ(events_.choice.finish_reason(), v1::FINISH_REASON_STOP);
  EXPECT_THAT(decoder_->end(), EqualsProto(R"pb(
                model: "qwen3:4b"
                usage { prompt_tokens: 7 completion_tokens: 3 total_tokens: 10 }
                provider_metadata {
                  fields {
                    key: "load_duration"
                    value { number_value: 5 }
                  }
                }
              )pb"));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(OllamaStreamTest, GivesWhatTheWholeAnswerGives) {
  ASSERT_THAT(Feed(CallingStream()), IsOk());
  const std::string whole = OllamaLine(
      R"("content":"I will.","thinking":"hm","tool_calls":[{"function":{)"
      R"("index":0,"name":"f","arguments":{"b": 1,"a":"\u00e4"}}},)"
      R"({"function":{"index":1,"name":"g","arguments":{}}}])",
      kDone);
  HttpResponse response;
  response.status = 200;
  response.body = whole;
  const absl::StatusOr<v1::ChatResponse> answer =
      ReadOllamaResponse(response, chat_, options_, redactor_);
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(events_.choice, EqualsProto(answer->choices(0)));
  EXPECT_THAT(decoder_->end().usage(), EqualsProto(answer->usage()));
}

TEST_F(OllamaStreamTest, GivesTheSameWhereverTheBytesAreCut) {
  const std::string stream = CallingStream();
  ASSERT_THAT(Feed(stream), IsOk());
  const v1::Choice whole = events_.choice;
  for (size_t cut = 0; cut <= stream.size(); ++cut) {
    Begin();
    OllamaKeptEvents events;
    ASSERT_THAT(decoder_->Feed(stream.substr(0, cut), events), IsOk()) << cut;
    if (!decoder_->done()) {
      ASSERT_THAT(decoder_->Feed(stream.substr(cut), events), IsOk()) << cut;
    }
    ASSERT_THAT(events.choice, EqualsProto(whole)) << cut;
  }
}

TEST_F(OllamaStreamTest, NeverTakesACutStreamForAWholeOne) {
  const std::string stream = CallingStream();
  // The last line is whole without its end.
  for (size_t size = 0; size < stream.size() - 1; ++size) {
    for (const bool clean : {true, false}) {
      Begin();
      OllamaKeptEvents events;
      ASSERT_THAT(decoder_->Feed(stream.substr(0, size), events), IsOk());
      ASSERT_FALSE(decoder_->done());
      EXPECT_FALSE(decoder_->End(clean, events).ok()) << size;
      EXPECT_EQ(events.finishes, 0);
    }
  }
}

TEST_F(OllamaStreamTest, TakesALastLineWithoutItsEnd) {
  std::string stream = absl::StrCat(Text("hi"), Done());
  stream.pop_back();
  ASSERT_THAT(Feed(stream), IsOk());
  EXPECT_FALSE(decoder_->done());
  EXPECT_THAT(decoder_->End(true, events_), IsOk());
  EXPECT_EQ(events_.finishes, 1);
}

TEST_F(OllamaStreamTest, EndsWithTheErrorThatComesInIt) {
  const absl::Status status = Feed(absl::StrCat(
      Text("hi"), "{\"error\":\"the runner has terminated: my-key\"}\n"));
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_EQ(std::string(status.message()),
            "the runner has terminated: [redacted]");
  EXPECT_EQ(events_.finishes, 0);
}

TEST_F(OllamaStreamTest, LeavesOutOneLineThatCannotBeRead) {
  ASSERT_THAT(Feed(absl::StrCat(Text("hi"), "{\"message\":\n", Done())),
              IsOk());
  EXPECT_TRUE(decoder_->done());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("left out")));
}

TEST_F(OllamaStreamTest, DoesNotDoWithoutASecondLine) {
  EXPECT_THAT(Feed(absl::StrCat(Text("hi"), "{\n{\n", Done())),
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(OllamaStreamTest, LeavesNothingOutOfCallsAndOfJson) {
  EXPECT_THAT(Feed(absl::StrCat(Call(R"("name":"f")"), "{\n", Done())),
              HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(Feed(absl::StrCat(Text("hi"), "{\n", Call(R"("name":"f")"))),
              HasReason(ErrorReason::kProviderProtocolError));
  chat_ = OllamaChat("response_format { json_object {} }");
  EXPECT_THAT(Feed(absl::StrCat(Text("hi"), "{\n", Done())),
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(OllamaStreamTest, ShowsAPageThatIsNoStream) {
  const absl::Status status = Feed("<html>no</html>\n");
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(std::string(status.message()), HasSubstr("<html>no"));
  ASSERT_THAT(Feed("<html>no</html>"), IsOk());
  EXPECT_THAT(std::string(decoder_->End(true, events_).message()),
              HasSubstr("<html>no"));
  ASSERT_THAT(Feed(""), IsOk());
  EXPECT_THAT(decoder_->End(true, events_),
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(OllamaStreamTest, PassesOverWhatFollowsTheEnd) {
  ASSERT_THAT(Feed(absl::StrCat(Text("hi"), Done(), "{\n", Text("more"))),
              IsOk());
  EXPECT_EQ(events_.choice.message().content(), "hi");
  EXPECT_EQ(events_.finishes, 1);
}

TEST_F(OllamaStreamTest, SaysThatItLivesWhereThereIsNothingToHandOver) {
  ASSERT_THAT(Feed(absl::StrCat("\r\n", Text(""))), IsOk());
  EXPECT_THAT(events_.deltas, IsEmpty());
  EXPECT_EQ(events_.life, 2);
}

TEST_F(OllamaStreamTest, EndsWithWhatItsTakerSaid) {
  events_.answer = absl::CancelledError("enough");
  EXPECT_EQ(Feed(Text("hi")), absl::CancelledError("enough"));
}

}  // namespace
}  // namespace aigateway

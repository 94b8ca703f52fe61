#include "providers/responses/responses_stream.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/net/http_message.h"
#include "providers/joined_message.h"
#include "providers/openai_test_kit.h"
#include "providers/responses/responses_response.h"
#include "providers/responses/responses_test_kit.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// An answer that has one of everything, in an order of its own.
const std::vector<std::string>& Items() {
  static const auto* const items = new std::vector<std::string>{
      R"({"id":"rs_1","type":"reasoning","encrypted_content":"gAAA+/=",)"
      R"("summary":[{"type":"summary_text","text":"First I look."},)"
      R"({"type":"summary_text","text":"Then I tell."}]})",
      R"({"id":"msg_1","type":"message","role":"assistant",)"
      R"("phase":"commentary","content":[{"type":"output_text",)"
      R"("text":"Let me see. ","annotations":[{"type":"url_citation",)"
      R"("url":"http://a"}],"logprobs":[{"token":"Let","logprob":-0.5,)"
      R"("bytes":[76],"top_logprobs":[]}]}]})",
      R"({"id":"fc_1","type":"function_call","call_id":"call_1",)"
      R"("name":"look","arguments":"{\"at\": \"é\"}"})",
      R"({"id":"ws_1","type":"web_search_call","status":"completed"})",
      R"({"id":"rs_2","type":"reasoning","encrypted_content":"gBBB",)"
      R"("summary":[]})",
      R"({"id":"fc_2","type":"function_call","call_id":"call_2",)"
      R"("name":"nothing","arguments":""})",
      R"({"id":"msg_2","type":"message","role":"assistant",)"
      R"("phase":"final_answer","content":[{"type":"output_text",)"
      R"("text":"Done."},{"type":"refusal","refusal":"Not more."}]})",
  };
  return *items;
}

std::string Response(absl::string_view status, absl::string_view output) {
  return absl::StrCat(
      R"({"id":"resp_1","object":"response","created_at":1778037176,)"
      R"("status":")",
      status, R"(","model":"gpt-5.5-2026-04-23","instructions":"be brief",)",
      R"("service_tier":"default","content_filters":[{"blocked":false}],)",
      R"("output":[)", output,
      R"(],"usage":{"input_tokens":30,"input_tokens_details":)"
      R"({"cached_tokens":10},"output_tokens":20,"output_tokens_details":)"
      R"({"reasoning_tokens":5},"total_tokens":50,"cost":0.5}})");
}

std::string Created() {
  return ResponsesSse("response.created",
                      R"("response":{"id":"resp_1","status":"in_progress",)"
                      R"("model":"gpt-5.5-2026-04-23","output":[]})");
}

std::string Completed(absl::string_view output) {
  return ResponsesSse(
      "response.completed",
      absl::StrCat(R"("response":)", Response("completed", output)));
}

std::string Delta(absl::string_view what, int index, absl::string_view delta,
                  int part = 0) {
  return ResponsesSse(
      absl::StrCat("response.", what, ".delta"),
      absl::StrCat(R"("output_index":)", index, R"(,"content_index":)", part,
                   R"(,"summary_index":)", part, R"(,"delta":")", delta, "\""));
}

std::string ItemEvent(absl::string_view what, int index,
                      absl::string_view item) {
  return ResponsesSse(
      absl::StrCat("response.output_item.", what),
      absl::StrCat(R"("output_index":)", index, R"(,"item":)", item));
}

// The same answer in pieces.
std::string Streamed() {
  const std::vector<std::string>& items = Items();
  return absl::StrCat(
      Created(),
      ItemEvent("added", 0, R"({"id":"rs_1","type":"reasoning","summary":[]})"),
      Delta("reasoning_summary_text", 0, "First I"),
      Delta("reasoning_summary_text", 0, " look."),
      Delta("reasoning_summary_text", 0, "Then I tell.", 1),
      ItemEvent("done", 0, items[0]),
      ItemEvent("added", 1, R"({"id":"msg_1","type":"message","content":[]})"),
      Delta("output_text", 1, "Let me"), Delta("output_text", 1, " see. "),
      ItemEvent("done", 1, items[1]),
      ItemEvent("added", 2,
                R"({"id":"fc_1","type":"function_call","arguments":"",)"
                R"("call_id":"call_1","name":"look"})"),
      Delta("function_call_arguments", 2, R"({\"at\": )"),
      ResponsesSse("response.web_search_call.searching", R"("output_index":3)"),
      Delta("function_call_arguments", 2, R"(\"é\"})"),
      ItemEvent("done", 2, items[2]), ItemEvent("done", 3, items[3]),
      ItemEvent("done", 4, items[4]), ItemEvent("done", 5, items[5]),
      ResponsesSse("keepalive"), Delta("output_text", 6, "Do"),
      Delta("output_text", 6, "ne."), Delta("refusal", 6, "Not more.", 1),
      ItemEvent("done", 6, items[6]), Completed(absl::StrJoin(items, ",")));
}

class ResponsesStreamTest : public testing::Test {
 protected:
  ResponsesReading Read(absl::string_view body, size_t step = 1 << 20) {
    return ReadResponsesStream(instance_, body, chat_, step);
  }

  const OpenAiInstance instance_ = InstanceOf("openai");
  v1::ChatRequest chat_;
};

TEST_F(ResponsesStreamTest, GivesWhatTheWholeAnswerGives) {
  HttpResponse response;
  response.status = 200;
  response.body = Response("completed", absl::StrJoin(Items(), ","));
  const CallOptions options{.model = "gpt-5.5"};
  const auto whole = ReadResponsesResponse(instance_, response, options);
  ASSERT_THAT(whole, IsOk());

  ResponsesReading read = Read(Streamed());

  ASSERT_THAT(read.status, IsOk());
  EXPECT_THAT(read.warnings, IsEmpty());
  ASSERT_THAT(read.events.finishes, SizeIs(1));
  v1::ChatResponse joined;
  joined.set_id(read.end.id());
  joined.set_model(read.end.model());
  joined.set_service_tier(read.end.service_tier());
  *joined.mutable_create_time() = whole->create_time();
  *joined.mutable_usage() = read.end.usage();
  *joined.mutable_provider_metadata() = read.end.provider_metadata();
  v1::Choice& choice = *joined.add_choices();
  choice.set_finish_reason(read.events.finishes[0].finish_reason());
  choice.set_provider_finish_reason(
      read.events.finishes[0].provider_finish_reason());
  *choice.mutable_logprobs() = read.events.joined.logprobs();
  *choice.mutable_message() = JoinedMessage(read.events.joined);
  EXPECT_EQ(joined.DebugString(), whole->DebugString());
}

TEST_F(ResponsesStreamTest, ReadsTheSameHoweverItIsCut) {
  const std::string body = Streamed();
  const ResponsesReading whole = Read(body);
  for (size_t step : {1, 2, 3, 7, 64, 1000}) {
    const ResponsesReading read = Read(body, step);
    EXPECT_EQ(read.events.joined.DebugString(),
              whole.events.joined.DebugString())
        << step;
    EXPECT_EQ(read.end.DebugString(), whole.end.DebugString()) << step;
  }
}

TEST_F(ResponsesStreamTest, NeverTakesACutStreamForAWholeOne) {
  const std::string body = Streamed();
  const size_t end = body.rfind("event: response.completed");
  for (size_t size = 0; size <= end; size += 13) {
    EXPECT_FALSE(Read(body.substr(0, size)).status.ok()) << size;
  }
}

// vLLM's last event is always "completed"; what it has inside is what counts.
TEST_F(ResponsesStreamTest, HeedsTheStatusInsideTheLastEvent) {
  const auto end_with = [](absl::string_view status) {
    return absl::StrCat(
        Created(),
        ItemEvent("added", 0,
                  R"({"id":"fc_1","type":"function_call","arguments":"",)"
                  R"("call_id":"call_1","name":"look"})"),
        Delta("function_call_arguments", 0, R"({\"at\": )"),
        ResponsesSse("response.completed",
                     absl::StrCat(R"("response":)", Response(status, ""))));
  };
  const ResponsesReading cut = Read(end_with("incomplete"));
  EXPECT_THAT(cut.status, IsOk());
  ASSERT_EQ(cut.events.finishes.size(), 1u);
  // It does not say why.
  EXPECT_EQ(cut.events.finishes[0].finish_reason(), v1::FINISH_REASON_ERROR);
  EXPECT_THAT(Read(end_with("cancelled")).status,
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(ResponsesStreamTest, RefusesTwoCallsInOnePlace) {
  const auto call = [](absl::string_view id) {
    return absl::StrCat(R"({"id":"fc_)", id,
                        R"(","type":"function_call","arguments":"{}",)",
                        R"("call_id":"call_)", id, R"(","name":"look"})");
  };
  EXPECT_THAT(
      Read(absl::StrCat(Created(), ItemEvent("added", 0, call("1")),
                        ItemEvent("added", 0, call("2")), Completed("")))
          .status,
      HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(Read(absl::StrCat(Created(), ItemEvent("done", 0, call("1")),
                                ItemEvent("done", 0, call("2")), Completed("")))
                  .status,
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(ResponsesStreamTest, GivesPiecesAsTheyCome) {
  const ResponsesReading read = Read(absl::StrCat(
      Created(), Delta("output_text", 0, "a"), Delta("output_text", 0, "b")));
  EXPECT_EQ(read.events.deltas, 2);
  EXPECT_EQ(read.events.joined.text(), "ab");
}

// Servers of one's own leave out events, or all of them but the last.
TEST_F(ResponsesStreamTest, TakesWhatOnlyTheEndHas) {
  const ResponsesReading read =
      Read(absl::StrCat(Delta("output_text", 0, "Hel"),
                        Completed(R"({"type":"message","content":[{"type":)"
                                  R"("output_text","text":"Hello"}]},)"
                                  R"({"type":"function_call","call_id":"c",)"
                                  R"("name":"f","arguments":"{\"a\":1}"})")));
  ASSERT_THAT(read.status, IsOk());
  EXPECT_EQ(read.events.joined.text(), "Hello");
  ASSERT_THAT(read.events.joined.tool_calls(), SizeIs(1));
  EXPECT_EQ(read.events.joined.tool_calls(0).arguments(), "{\"a\":1}");
  EXPECT_EQ(read.events.finishes[0].finish_reason(),
            v1::FINISH_REASON_TOOL_CALLS);
}

TEST_F(ResponsesStreamTest, GivesAnItemOnceThatTheEndNumbersAnew) {
  const std::string message =
      R"({"id":"m","type":"message","content":[{"type":"output_text",)"
      R"("text":"Hello"}]})";
  const ResponsesReading read =
      Read(absl::StrCat(Delta("output_text", 4, "Hello"),
                        ItemEvent("done", 4, message), Completed(message)));
  ASSERT_THAT(read.status, IsOk());
  EXPECT_EQ(read.events.joined.text(), "Hello");
}

TEST_F(ResponsesStreamTest, WarnsOfATextThatTheEndContradicts) {
  const ResponsesReading read = Read(absl::StrCat(
      Delta("output_text", 0, "Hello"),
      Completed(R"({"type":"message","content":[{"type":"output_text",)"
                R"("text":"Bye"}]})")));
  ASSERT_THAT(read.status, IsOk());
  EXPECT_EQ(read.events.joined.text(), "Hello");
  EXPECT_THAT(read.warnings, ElementsAre(HasSubstr("is not the one")));
}

TEST_F(ResponsesStreamTest, RefusesArgumentsThatTheEndContradicts) {
  const ResponsesReading read = Read(absl::StrCat(
      ItemEvent("added", 0,
                R"({"type":"function_call","call_id":"c","name":"f"})"),
      Delta("function_call_arguments", 0, R"({\"a\":1})"),
      ItemEvent("done", 0,
                R"({"type":"function_call","call_id":"c","name":"f",)"
                R"("arguments":"{\"a\":2}"})")));
  EXPECT_THAT(read.status, HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(ResponsesStreamTest, SaysWhyAnAnswerIsIncomplete) {
  const auto end = [&](absl::string_view reason) {
    return absl::StrCat(
        Delta("output_text", 0, "He"),
        ResponsesSse("response.incomplete",
                     absl::StrCat(R"("response":{"status":"incomplete",)"
                                  R"("incomplete_details":{"reason":")",
                                  reason, R"("},"output":[]})")));
  };
  ResponsesReading read = Read(end("max_output_tokens"));
  ASSERT_THAT(read.status, IsOk());
  EXPECT_EQ(read.events.finishes[0].finish_reason(), v1::FINISH_REASON_LENGTH);
  EXPECT_EQ(read.events.finishes[0].provider_finish_reason(),
            "max_output_tokens");
  read = Read(end("content_filter"));
  EXPECT_EQ(read.events.finishes[0].finish_reason(),
            v1::FINISH_REASON_CONTENT_FILTER);
  read = Read(end("who_knows"));
  EXPECT_EQ(read.events.finishes[0].finish_reason(), v1::FINISH_REASON_ERROR);
}

TEST_F(ResponsesStreamTest, GivesCutArgumentsAsTheyCame) {
  const ResponsesReading read = Read(absl::StrCat(
      ItemEvent("added", 0,
                R"({"type":"function_call","call_id":"c","name":"f"})"),
      Delta("function_call_arguments", 0, R"({\"a\":)"),
      ResponsesSse("response.incomplete",
                   R"("response":{"incomplete_details":)"
                   R"({"reason":"max_output_tokens"},"output":[]})")));
  ASSERT_THAT(read.status, IsOk());
  std::string arguments;
  for (const auto& piece : read.events.joined.tool_calls()) {
    arguments += piece.arguments();
  }
  EXPECT_EQ(arguments, "{\"a\":");
}

TEST_F(ResponsesStreamTest, ReadsFailuresUnderStatus200) {
  const struct {
    std::string body;
    ErrorReason reason;
    absl::string_view words;
  } kFailures[] = {
      {ResponsesSse("error", R"("error":{"type":"insufficient_quota","code":)"
                             R"("insufficient_quota","message":"no money"})"),
       ErrorReason::kProviderQuotaExhausted, "no money"},
      {ResponsesSse("error", R"("code":"rate_limit_exceeded",)"
                             R"("message":"too fast","param":null)"),
       ErrorReason::kProviderRateLimited, "too fast"},
      {ResponsesSse("response.failed",
                    R"("response":{"status":"failed","error":{"code":)"
                    R"("server_error","message":"oh"}})"),
       ErrorReason::kProviderUnavailable, "oh"},
      {ResponsesSse("response.failed",
                    R"("response":{"status":"failed","error":{"code":)"
                    R"("invalid_image","message":"no image"}})"),
       ErrorReason::kInvalidRequest, "no image"},
      // Perplexity's.
      {ResponsesSse("response.failed", R"("error":{"message":"broken"})"),
       ErrorReason::kProviderUnavailable, "broken"},
      {ResponsesSse("response.failed"), ErrorReason::kProviderUnavailable, ""},
  };
  for (const auto& failure : kFailures) {
    const ResponsesReading read = Read(absl::StrCat(Created(), failure.body));
    EXPECT_THAT(read.status, HasReason(failure.reason)) << failure.body;
    EXPECT_THAT(std::string(read.status.message()),
                HasSubstr(std::string(failure.words)));
    EXPECT_EQ(read.events.deltas, 0);
  }
}

TEST_F(ResponsesStreamTest, LeavesOutOneBrokenEvent) {
  const std::string broken = "event: response.x\ndata: {\"type\":\n\n";
  ResponsesReading read =
      Read(absl::StrCat(Delta("output_text", 0, "a"), broken, Completed("")));
  EXPECT_THAT(read.status, IsOk());
  EXPECT_THAT(read.warnings, SizeIs(1));
  read = Read(absl::StrCat(broken, broken, Completed("")));
  EXPECT_THAT(read.status, HasReason(ErrorReason::kProviderProtocolError));
  chat_.mutable_response_format()->mutable_json_object();
  read = Read(absl::StrCat(broken, Completed("")));
  EXPECT_THAT(read.status, HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(ResponsesStreamTest, RefusesWhatCannotBelongTogether) {
  for (const std::string& body : {
           // One place, two kinds.
           absl::StrCat(Delta("output_text", 0, "a"),
                        Delta("function_call_arguments", 0, "b")),
           Delta("output_text", -1, "a"),
           Delta("output_text", 1 << 30, "a"),
           // A call that nobody names.
           absl::StrCat(Delta("function_call_arguments", 0, "{}"),
                        Completed("")),
       }) {
    EXPECT_THAT(Read(body).status,
                HasReason(ErrorReason::kProviderProtocolError))
        << body;
  }
}

}  // namespace
}  // namespace aigateway

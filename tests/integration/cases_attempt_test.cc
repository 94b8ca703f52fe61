// Reported cases 012, 013, 020 to 023, 047 and 048: errors, retries, deadlines.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/fakes/fake_upstream.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_process.h"

namespace aigateway {
namespace {

using testing::AllOf;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

class AttemptCases : public testing::Test {
 protected:
  void Start(const std::string& targets, const std::string& mode = "fallback") {
    gateway_ = std::make_unique<GatewayProcess>(GatewayProcess::Options{
        .config = absl::StrCat("providers:\n", Instance("a", a_),
                               Instance("b", b_), "targets: [", targets,
                               "]\nstrategy: {mode: ", mode, "}\n")});
  }

  Seen Call(bool stream, absl::Duration deadline = absl::Seconds(30)) {
    return stream ? CallStream(*gateway_, StreamQ1(), deadline)
                  : CallRoute(*gateway_, Q1(), deadline);
  }

  FakeUpstream a_;
  FakeUpstream b_;
  std::unique_ptr<GatewayProcess> gateway_;
};

TEST_F(AttemptCases, Case012UnderstandsErrorBodiesOfEveryShape) {
  Start("{virtual_key: a, retry: {attempts: 3, initial_backoff: 10ms}}",
        "single");
  struct Run {
    int http_status;
    std::string body;
    grpc::StatusCode code;
    std::string words;
    size_t requests;
  };
  const std::vector<Run> runs = {
      {400,
       R"({"error":{"message":"tools are not enabled","type":"BadRequestError","param":null,"code":400}})",
       grpc::StatusCode::INVALID_ARGUMENT, "tools are not enabled", 1},
      {404,
       R"({"error":{"message":"no such model","type":"invalid_request_error","param":"model","code":"model_not_found"}})",
       grpc::StatusCode::NOT_FOUND, "no such model", 1},
      {422, R"({"message":"top_p must be at most 1"})",
       grpc::StatusCode::INVALID_ARGUMENT, "top_p must be at most 1", 1},
      {400, "", grpc::StatusCode::INVALID_ARGUMENT, "400", 1},
      {503, R"({"error":{"message":{"text":"deep"},"code":{"a":1}}})",
       grpc::StatusCode::UNAVAILABLE, "", 3},
      // Last: the key that it refuses rests from then on.
      {401, R"({"error":"bad key"})", grpc::StatusCode::FAILED_PRECONDITION,
       "bad key", 1},
  };
  for (const Run& run : runs) {
    for (bool stream : {false, true}) {
      a_.SetReply(JsonAnswer(run.body, run.http_status));
      const size_t before = a_.request_count();
      const Seen seen = Call(stream);
      EXPECT_EQ(seen.status.error_code(), run.code) << run.body;
      EXPECT_THAT(seen.message(), HasSubstr(run.words));
      EXPECT_THAT(seen.message(), HasSubstr("'a'"));
      EXPECT_EQ(a_.request_count() - before, run.requests) << run.body;
    }
  }
}

TEST_F(AttemptCases, Case013KeepsTheTrueStatusOfALongError) {
  Start("{virtual_key: a}", "single");
  for (bool stream : {false, true}) {
    a_.SetReply(
        ErrorReply(400, absl::StrCat("bad field: ", std::string(20000, 'x'))));
    const Seen seen = Call(stream);
    EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(seen.message(), StartsWith("bad field: xxx"));
    EXPECT_LE(seen.message().size(), 4096u);
    EXPECT_EQ(seen.reason(), "INVALID_REQUEST");
  }
  a_.SetReply(Completion("fine"));
  EXPECT_EQ(Call(false).text, "fine");
}

TEST_F(AttemptCases, Case013KeepsTheTrailerSmallAfterManyAttempts) {
  std::string targets;
  std::string providers;
  for (int i = 0; i < 10; ++i) {
    providers += Instance(absl::StrCat("t", i), a_);
    targets += absl::StrCat(i == 0 ? "" : ", ", "{virtual_key: t", i, "}");
  }
  gateway_ = std::make_unique<GatewayProcess>(GatewayProcess::Options{
      .config = absl::StrCat("providers:\n", providers, "targets: [", targets,
                             "]\n")});
  a_.SetReply(ErrorReply(503, std::string(2000, 'x')));
  for (bool stream : {false, true}) {
    const Seen seen = Call(stream);
    EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::UNAVAILABLE);
    EXPECT_THAT(seen.message(), HasSubstr("10 attempts"));
    EXPECT_LT(seen.status.error_details().size(), 8192u);
    EXPECT_EQ(seen.reason(), "PROVIDER_UNAVAILABLE");
  }
}

TEST_F(AttemptCases, Case020WaitsAsLongAsTheLatestRefusalAsked) {
  Start("{virtual_key: a, retry: {attempts: 3, initial_backoff: 10ms}}",
        "single");
  const auto refusal = [](absl::string_view wait) {
    return Answer(
        429, ErrorJson("slow down"),
        {{"Content-Type", "application/json"}, {"Retry-After", wait}});
  };
  a_.SetReplies({refusal("1"), refusal("2"), Completion("ok")});
  const Seen seen = Call(false);
  EXPECT_EQ(seen.text, "ok") << seen.message();
  const std::vector<UpstreamRequest> requests = a_.requests();
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_GE(requests[1].arrived - requests[0].arrived, absl::Seconds(1));
  EXPECT_LE(requests[1].arrived - requests[0].arrived, absl::Seconds(2));
  EXPECT_GE(requests[2].arrived - requests[1].arrived, absl::Seconds(2));
  EXPECT_LE(requests[2].arrived - requests[1].arrived, absl::Seconds(3));

  a_.SetReplies({refusal("1"), refusal("2"), Completion("ok")});
  const Seen hurried = Call(false, absl::Seconds(2));
  EXPECT_EQ(hurried.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_LE(hurried.took, absl::Seconds(2.1));
  EXPECT_THAT(a_.requests(), SizeIs(5));
}

TEST_F(AttemptCases, Case021RetriesAndFailsOverWhenTheAnswerIsAStream) {
  for (bool stream : {false, true}) {
    const UpstreamReply ok = stream ? TextStream({"ok"}) : Completion("ok");
    const UpstreamReply from_b =
        stream ? TextStream({"from b"}) : Completion("from b");
    Start(
        "{virtual_key: a, retry: {attempts: 3, on_status_codes: [503], "
        "initial_backoff: 20ms}}",
        "single");
    size_t before = a_.request_count();
    a_.SetReplies({ErrorReply(503, "busy"), ErrorReply(503, "busy"), ok});
    EXPECT_EQ(Call(stream).text, "ok");
    EXPECT_EQ(a_.request_count() - before, 3u);

    Start("{virtual_key: a}, {virtual_key: b}");
    before = a_.request_count();
    a_.SetReply(ErrorReply(503, "busy"));
    b_.SetReply(from_b);
    EXPECT_EQ(Call(stream).text, "from b");
    EXPECT_EQ(a_.request_count() - before, 1u);

    Start(
        "{virtual_key: a, retry: {attempts: 3, on_status_codes: [429], "
        "initial_backoff: 20ms}}",
        "single");
    before = a_.request_count();
    EXPECT_EQ(Call(stream).status.error_code(), grpc::StatusCode::UNAVAILABLE);
    EXPECT_EQ(a_.request_count() - before, 1u);
  }
}

TEST_F(AttemptCases, Case022EndsAtTheCallersDeadlineWhateverTheAttempts) {
  Start("{virtual_key: a, retry: {attempts: 3}}", "single");
  a_.SetReply(UpstreamReply().Stall());
  const Seen seen = Call(false, absl::Seconds(1));
  EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_THAT(seen.took,
              AllOf(Ge(absl::Seconds(0.95)), Le(absl::Seconds(1.5))));
  EXPECT_TRUE(a_.WaitForClientClose(1, absl::Seconds(2)).has_value());
  EXPECT_EQ(a_.request_count(), 1u);
}

TEST_F(AttemptCases, Case022GivesEachAttemptItsOwnShareOfTheTime) {
  Start(
      "{virtual_key: a, timeouts: {attempt: 300ms}, "
      "retry: {attempts: 2, initial_backoff: 10ms}}, {virtual_key: b}");
  a_.SetReply(UpstreamReply().Stall());
  b_.SetReply(Completion("from b"));
  const Seen seen = Call(false, absl::Seconds(3));
  EXPECT_EQ(seen.text, "from b") << seen.message();
  EXPECT_EQ(a_.request_count(), 2u);
  const Seen hurried = Call(false, absl::Milliseconds(400));
  EXPECT_EQ(hurried.status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_LE(hurried.took, absl::Seconds(0.8));
  EXPECT_EQ(b_.request_count(), 1u);
}

TEST_F(AttemptCases, Case023SendsTheSecondTargetTheCallersOwnRequest) {
  FakeUpstream an;
  gateway_ = std::make_unique<GatewayProcess>(GatewayProcess::Options{
      .config = absl::StrCat(
          "providers:\n", Instance("an", an, "anthropic"), Instance("a", a_),
          "targets: [{virtual_key: an}, {virtual_key: a}]\n")});
  an.SetReply(JsonAnswer(
      R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})",
      529));
  v1::RouteRequest request = Q1();
  v1::ChatRequest& chat = *request.mutable_chat();
  chat.set_max_output_tokens(64);
  chat.set_temperature(0.2);
  chat.clear_messages();
  v1::Message& system = *chat.add_messages();
  system.set_role(v1::ROLE_SYSTEM);
  system.set_content("Be short.");
  v1::Message& user = *chat.add_messages();
  user.set_role(v1::ROLE_USER);
  user.set_content("hi");
  v1::RouteStreamRequest stream_request;
  *stream_request.mutable_chat() = chat;
  for (bool stream : {false, true}) {
    a_.SetReply(stream ? TextStream({"ok"}) : Completion("ok"));
    const Seen seen = stream ? CallStream(*gateway_, stream_request)
                             : CallRoute(*gateway_, request);
    EXPECT_EQ(seen.text, "ok") << seen.message();
    const UpstreamRequest sent = a_.requests().back();
    EXPECT_THAT(sent.body, HasSubstr("Be short."));
    EXPECT_THAT(sent.body, HasSubstr("\"role\":\"system\""));
    EXPECT_THAT(sent.body, HasSubstr("64"));
    EXPECT_THAT(sent.body, HasSubstr("\"temperature\":0.2"));
    for (const char* foreign :
         {"\"system\":", "anthropic_version", "stop_sequences", "key-an"}) {
      EXPECT_THAT(sent.body, Not(HasSubstr(foreign)));
      EXPECT_THAT(sent.head, Not(HasSubstr(foreign)));
    }
    EXPECT_EQ(sent.headers.Get("authorization"), "Bearer key-a");
    EXPECT_FALSE(sent.headers.Has("x-api-key"));
    EXPECT_EQ(sent.body.find("\"stream\":true") != std::string::npos, stream);
  }
}

TEST_F(AttemptCases, Case047SurvivesARepliesOfTheWrongKind) {
  Start("{virtual_key: a}", "single");
  const std::vector<std::string> bodies = {
      R"({"choices":"x"})",
      R"({"choices":[7]})",
      R"({"choices":[{"message":[]}]})",
      "[]",
      "null",
      "12",
      "\"text\"",
      R"({"choices":[{"message":{"content":{"a":1}}}]})",
      R"({"a":1)",
      std::string(1 << 20, '{')};
  for (const std::string& body : bodies) {
    for (bool stream : {false, true}) {
      a_.SetReply(stream ? SseAnswer({body, "[DONE]"}) : JsonAnswer(body));
      const Seen seen = Call(stream);
      EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::UNAVAILABLE)
          << body.substr(0, 60);
      EXPECT_EQ(seen.reason(), "PROVIDER_PROTOCOL_ERROR");
      EXPECT_THAT(seen.message(), Not(HasSubstr("simdjson")));
    }
  }
}

TEST_F(AttemptCases, Case047TakesTheAnswerWhereItIsPlainWhatIsMeant) {
  Start("{virtual_key: a}", "single");
  a_.SetReply(JsonAnswer(
      R"({"choices":[{"message":{"content":"ok"},"finish_reason":5}]})"));
  EXPECT_EQ(Call(false).text, "ok");
  a_.SetReply(JsonAnswer(
      R"({"choices":[{"message":{"content":"ok"}}],"usage":)"
      R"({"prompt_tokens":"5","total_tokens":-1,"completion_tokens":1e400}})"));
  const Seen seen = Call(false);
  EXPECT_EQ(seen.text, "ok");
  const v1::Usage& usage = seen.response.chat().usage();
  EXPECT_FALSE(usage.has_total_tokens() && usage.total_tokens() < 0);
  EXPECT_FALSE(usage.has_completion_tokens());
}

class LimitCases : public AttemptCases {
 protected:
  LimitCases() {
    Start("{virtual_key: a, timeouts: {attempt: 2s, idle: 1s}}", "single");
  }
};

TEST_F(LimitCases, Case048LetsAStreamThatSpeaksGoOn) {
  UpstreamReply reply;
  reply.Send(SseHead());
  for (int i = 0; i < 6; ++i) {
    reply.Send(Chunk(SseEvent(DeltaJson("x")))).Pause(absl::Milliseconds(500));
  }
  reply.Send(Chunk(SseEvent(FinishJson())))
      .Send(Chunk(SseEvent("[DONE]")))
      .Send(LastChunk());
  a_.SetReply(reply);
  const Seen seen = Call(true);
  EXPECT_TRUE(seen.status.ok()) << seen.message();
  EXPECT_EQ(seen.text, "xxxxxx");
}

TEST_F(LimitCases, Case048EndsAStreamThatFallsSilent) {
  UpstreamReply reply;
  reply.Send(SseHead())
      .Send(Chunk(SseEvent(DeltaJson("x"))))
      .Send(Chunk(SseEvent(DeltaJson("x"))))
      .Stall();
  a_.SetReply(reply);
  const Seen seen = Call(true);
  EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(seen.reason(), "STREAM_IDLE");
  EXPECT_THAT(seen.took, AllOf(Ge(absl::Seconds(1)), Le(absl::Seconds(2))));
  EXPECT_TRUE(a_.WaitForClientClose().has_value());
}

TEST_F(LimitCases, Case048TakesUnfinishedBytesForNoLife) {
  UpstreamReply reply;
  reply.Send(SseHead()).Send(Chunk(SseEvent(DeltaJson("x"))));
  for (int i = 0; i < 30; ++i) {
    reply.Send(Chunk("d")).Pause(absl::Milliseconds(300));
  }
  a_.SetReply(reply);
  const Seen seen = Call(true);
  EXPECT_EQ(seen.reason(), "STREAM_IDLE");
  EXPECT_LE(seen.took, absl::Seconds(2.5));
}

TEST_F(LimitCases, Case048BoundsTheSilenceBeforeTheFirstEvent) {
  for (bool head : {false, true}) {
    UpstreamReply reply;
    if (head) reply.Send(SseHead());
    reply.Stall();
    a_.SetReply(reply);
    const Seen seen = Call(true);
    EXPECT_EQ(seen.reason(), "ATTEMPT_TIMEOUT");
    EXPECT_THAT(seen.took, AllOf(Ge(absl::Seconds(2)), Le(absl::Seconds(3))));
  }
  const Seen unary = Call(false);
  EXPECT_EQ(unary.reason(), "ATTEMPT_TIMEOUT");
}

}  // namespace
}  // namespace aigateway

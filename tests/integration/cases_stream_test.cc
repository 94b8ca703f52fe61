// Reported cases 001 to 011: event streams, how they end, cancellation, usage.

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"

#include "gateway/base/clock.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_process.h"

namespace aigateway {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

// One gateway over two OpenAI-shaped upstreams, a and b, one Anthropic-shaped.
class StreamCases : public testing::Test {
 protected:
  void Start(const std::string& targets, const std::string& mode) {
    gateway_ = std::make_unique<GatewayProcess>(GatewayProcess::Options{
        .config =
            absl::StrCat("providers:\n", Instance("a", a_), Instance("b", b_),
                         Instance("an", an_, "anthropic"), "targets: [",
                         targets, "]\n", "strategy: {mode: ", mode, "}\n")});
  }
  void StartSingle(const std::string& target) { Start(target, "single"); }
  void StartFallback(const std::string& more = "") {
    Start(absl::StrCat("{virtual_key: a", more, "}, {virtual_key: b}"),
          "fallback");
  }

  FakeUpstream a_;
  FakeUpstream b_;
  FakeUpstream an_;
  std::unique_ptr<GatewayProcess> gateway_;
};

TEST_F(StreamCases, Case001ReadsEventsWhateverTheCutsAndLineEnds) {
  StartSingle("{virtual_key: a}");
  auto gate = std::make_shared<UpstreamGate>();
  UpstreamReply reply;
  reply.Send(SseHead())
      .Send(Chunk(absl::StrCat("data: ", DeltaJson("Hel"), "\r")))
      .Pause(absl::Milliseconds(30))
      .Send(Chunk("\n\r"))
      .Pause(absl::Milliseconds(30))
      .Send(Chunk(absl::StrCat("\ndata: ", DeltaJson("lo"), "\r\n\r\n")))
      .Await(gate)
      .Send(Chunk(absl::StrCat("data: ", FinishJson(), "\r\n\r\n",
                               "data: [DONE]\r\n\r\n")))
      .Send(LastChunk());
  a_.SetReply(reply);
  // The upstream goes on only after the client has both deltas.
  grpc::ClientContext context;
  const v1::RouteStreamRequest request = StreamQ1();
  auto reader = gateway_->gateway().RouteStream(&context, request);
  v1::RouteStreamResponse event;
  std::vector<std::string> texts;
  while (texts.size() < 2 && reader->Read(&event)) {
    if (event.has_delta()) texts.push_back(event.delta().text());
  }
  EXPECT_THAT(texts, testing::ElementsAre("Hel", "lo"));
  gate->Open();
  int finishes = 0;
  while (reader->Read(&event)) {
    EXPECT_FALSE(event.has_delta());
    if (event.has_finish()) ++finishes;
  }
  EXPECT_EQ(finishes, 1);
  EXPECT_TRUE(reader->Finish().ok());
}

TEST_F(StreamCases, Case001KeepsACharacterThatIsCutByARead) {
  StartSingle("{virtual_key: a}");
  const std::string event =
      absl::StrCat("data: ", DeltaJson("na\xC3\xAFve \xF0\x9F\x98\x80"),
                   "\n\ndata: ", FinishJson(), "\n\ndata: [DONE]\n\n");
  const size_t cut = event.find("\xF0\x9F\x98\x80") + 2;
  UpstreamReply halves;
  halves.Send(SseHead())
      .Send(Chunk(event.substr(0, cut)))
      .Pause(absl::Milliseconds(50))
      .Send(Chunk(event.substr(cut)))
      .Send(LastChunk());
  UpstreamReply bytes;
  bytes.Send(SseHead());
  for (char c : event) bytes.Send(Chunk(std::string(1, c)));
  bytes.Send(LastChunk());
  a_.SetReplies({halves, bytes});
  for (int run = 0; run < 2; ++run) {
    const Seen seen = CallStream(*gateway_);
    EXPECT_TRUE(seen.status.ok()) << seen.message();
    EXPECT_EQ(seen.text, "na\xC3\xAFve \xF0\x9F\x98\x80");
    EXPECT_EQ(seen.text_deltas, 1);
  }
}

TEST_F(StreamCases, Case002TakesCommentsAndPingsForLifeNotForText) {
  Start("{virtual_key: a, timeouts: {idle: 300ms}}, {virtual_key: an}",
        "fallback");
  UpstreamReply reply;
  reply.Send(SseHead());
  for (int i = 0; i < 5; ++i) {
    reply.Send(Chunk(": WAITING\n\n")).Pause(absl::Milliseconds(200));
  }
  reply.Send(Chunk(SseEvent(DeltaJson("one "))))
      .Send(Chunk(": WAITING\n\n"))
      .Send(Chunk(SseEvent(DeltaJson("two"))))
      .Send(Chunk(SseEvent(FinishJson())))
      .Send(Chunk(SseEvent("[DONE]")))
      .Send(LastChunk());
  a_.SetReply(reply);
  const Seen seen = CallStream(*gateway_);
  EXPECT_TRUE(seen.status.ok()) << seen.message();
  EXPECT_EQ(seen.text, "one two");
  EXPECT_THAT(seen.finishes, SizeIs(1));

  const auto event = [](const std::string& name, const std::string& rest) {
    return Chunk(absl::StrCat("event: ", name, "\ndata: {\"type\":\"", name,
                              "\"", rest, "}\n\n"));
  };
  UpstreamReply anthropic;
  anthropic.Send(SseHead())
      .Send(
          event("message_start",
                R"(,"message":{"id":"r1","type":"message","role":"assistant",)"
                R"("model":"m1","content":[],"stop_reason":null,)"
                R"("usage":{"input_tokens":5,"output_tokens":1}})"))
      .Send(event("ping", ""))
      .Send(event("content_block_start",
                  R"(,"index":0,"content_block":{"type":"text","text":""})"))
      .Send(
          event("content_block_delta",
                R"(,"index":0,"delta":{"type":"text_delta","text":"one two"})"))
      .Send(event("ping", ""))
      .Send(event("content_block_stop", R"(,"index":0)"))
      .Send(event(
          "message_delta",
          R"(,"delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2})"))
      .Send(event("message_stop", ""))
      .Send(LastChunk());
  an_.SetReply(anthropic);
  v1::RouteStreamRequest request = StreamQ1();
  request.mutable_options()->set_target("an");
  const Seen other = CallStream(*gateway_, request);
  EXPECT_TRUE(other.status.ok()) << other.message();
  EXPECT_EQ(other.text, "one two");
}

TEST_F(StreamCases, Case003PassesLongEventsUpToTheLimitAndNamesIt) {
  StartSingle("{virtual_key: a}");
  const auto tool_event = [](size_t bytes) {
    return absl::StrCat(
        R"({"id":"r1","model":"m1","choices":[{"index":0,"delta":{"tool_calls":)"
        R"([{"index":0,"id":"t1","type":"function","function":{"name":"save",)"
        R"("arguments":"{\"t\":\")",
        std::string(bytes, 'x'), R"(\"}"}}]},"finish_reason":null}]})");
  };
  v1::RouteStreamRequest request = StreamQ1();
  request.mutable_chat()->add_tools()->set_name("save");
  for (size_t bytes : {size_t{65536}, size_t{1048576}}) {
    a_.SetReply(
        SseAnswer({tool_event(bytes), FinishJson("tool_calls"), "[DONE]"}));
    const Seen seen = CallStream(*gateway_, request);
    EXPECT_TRUE(seen.status.ok()) << seen.message();
    ASSERT_THAT(seen.tool_calls, SizeIs(1));
    EXPECT_EQ(seen.tool_calls[0].arguments(),
              absl::StrCat("{\"t\":\"", std::string(bytes, 'x'), "\"}"));
  }
  a_.SetReply(SseAnswer(
      {tool_event(size_t{9} << 20), FinishJson("tool_calls"), "[DONE]"}));
  const Seen seen = CallStream(*gateway_, request);
  EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(seen.reason(), "PROVIDER_PROTOCOL_ERROR");
  EXPECT_THAT(seen.message(), HasSubstr("8"));
}

TEST_F(StreamCases, Case004NeverPresentsACutAnswerAsComplete) {
  StartFallback();
  for (bool reset : {false, true}) {
    UpstreamReply reply;
    reply.Send(SseHead())
        .Send(Chunk(SseEvent(DeltaJson("one "))))
        .Send(Chunk(SseEvent(DeltaJson("two "))))
        .Pause(absl::Milliseconds(100));
    if (reset) {
      reply.Reset();
    } else {
      reply.Close();
    }
    a_.SetReply(reply);
    b_.SetReply(TextStream({"other"}));
    const Seen seen = CallStream(*gateway_);
    EXPECT_EQ(seen.text, "one two ");
    EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::UNAVAILABLE);
    EXPECT_EQ(seen.ends, 0);
    EXPECT_EQ(b_.request_count(), 0u);
  }
  EXPECT_THAT(gateway_->Said(), HasSubstr("PROVIDER_"));
}

TEST_F(StreamCases, Case005FailsOverWhenTheFirstEventIsAnError) {
  StartFallback();
  a_.SetReply(
      SseAnswer({R"({"error":{"object":"error","message":"queue is full",)"
                 R"("type":"SERVICE_UNAVAILABLE","param":null,"code":503}})",
                 "[DONE]"}));
  b_.SetReply(TextStream({"from b"}));
  const Seen seen = CallStream(*gateway_);
  EXPECT_TRUE(seen.status.ok()) << seen.message();
  EXPECT_EQ(seen.text, "from b");
  EXPECT_EQ(seen.started.route().target(), "b");
  ASSERT_EQ(seen.end.route().attempts_size(), 2);
  EXPECT_EQ(seen.end.route().attempts(0).target(), "a");
  EXPECT_EQ(seen.end.route().attempts(1).target(), "b");
}

TEST_F(StreamCases, Case005SaysWhatTheErrorSaidWithoutAnotherTarget) {
  StartSingle("{virtual_key: a}");
  a_.SetReply(
      SseAnswer({R"({"error":{"object":"error","message":"queue is full",)"
                 R"("type":"SERVICE_UNAVAILABLE","param":null,"code":503}})",
                 "[DONE]"}));
  const Seen seen = CallStream(*gateway_);
  EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(seen.message(), HasSubstr("queue is full"));
}

TEST_F(StreamCases, Case006EndsWithTheErrorThatCameAfterText) {
  StartFallback(", retry: {attempts: 3}");
  const std::string error =
      R"({"error":{"message":"quota used up","type":"insufficient_quota",)"
      R"("param":null,"code":"insufficient_quota"}})";
  b_.SetReply(TextStream({"Once upon a time"}));
  for (bool done : {false, true}) {
    UpstreamReply reply;
    reply.Send(SseHead())
        .Send(Chunk(SseEvent(DeltaJson("Once upon"))))
        .Send(Chunk(SseEvent(error)));
    if (done) reply.Send(Chunk(SseEvent("[DONE]"))).Send(LastChunk());
    reply.Close();
    a_.SetReply(reply);
    const size_t before = a_.request_count();
    const Seen seen = CallStream(*gateway_);
    EXPECT_EQ(seen.text, "Once upon");
    EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_THAT(seen.message(), HasSubstr("quota used up"));
    EXPECT_EQ(a_.request_count() - before, 1u);
    EXPECT_EQ(b_.request_count(), 0u);
  }
}

TEST_F(StreamCases, Case007LooksBeyondAPageThatIsNoAnswer) {
  StartFallback();
  b_.SetHandler([](const UpstreamRequest& request) {
    return request.body.find("\"stream\":true") != std::string::npos
               ? TextStream({"from b"})
               : Completion("from b");
  });
  const std::vector<UpstreamReply> pages = {
      Answer(200, "<html><body>We will be back</body></html>",
             {{"Content-Type", "text/html"}}),
      Answer(200, ""), JsonAnswer(R"({"choices":[]})"), SseAnswer({})};
  for (const UpstreamReply& page : pages) {
    a_.SetReply(page);
    const Seen unary = CallRoute(*gateway_);
    EXPECT_TRUE(unary.status.ok()) << unary.message();
    EXPECT_EQ(unary.text, "from b");
    const Seen stream = CallStream(*gateway_);
    EXPECT_TRUE(stream.status.ok()) << stream.message();
    EXPECT_EQ(stream.text, "from b");
  }
}

TEST_F(StreamCases, Case007QuotesAtMostALittleOfThePage) {
  StartSingle("{virtual_key: a}");
  a_.SetReply(Answer(200, absl::StrCat("<html>", std::string(5000, 'y')),
                     {{"Content-Type", "text/html"}}));
  for (const Seen& seen : {CallRoute(*gateway_), CallStream(*gateway_)}) {
    EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::UNAVAILABLE);
    EXPECT_EQ(seen.reason(), "PROVIDER_PROTOCOL_ERROR");
    EXPECT_LT(seen.message().size(), 1024u);
  }
}

TEST_F(StreamCases, Case008ClosesTheUpstreamWhenTheClientLeaves) {
  StartSingle("{virtual_key: a}");
  UpstreamReply reply;
  reply.Send(SseHead());
  for (int i = 0; i < 200; ++i) {
    reply.Send(Chunk(SseEvent(DeltaJson("x")))).Pause(absl::Milliseconds(100));
  }
  a_.SetReply(reply);
  grpc::ClientContext context;
  const v1::RouteStreamRequest request = StreamQ1();
  auto reader = gateway_->gateway().RouteStream(&context, request);
  v1::RouteStreamResponse event;
  int deltas = 0;
  while (deltas < 3 && reader->Read(&event)) deltas += event.has_delta();
  const absl::Time cancelled = Clock::Real()->Now();
  context.TryCancel();
  const std::optional<absl::Time> closed = a_.WaitForClientClose();
  ASSERT_TRUE(closed.has_value());
  EXPECT_LT(*closed - cancelled, absl::Seconds(1));
  while (reader->Read(&event)) {
  }
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  // The next plain call is fine.
  a_.SetReply(TextStream({"ok"}));
  EXPECT_EQ(CallStream(*gateway_).text, "ok");
}

TEST_F(StreamCases, Case008LeavesNothingBehindAfterManyCancelledCalls) {
  StartSingle("{virtual_key: a}");
  UpstreamReply reply;
  reply.Send(SseHead()).Send(Chunk(SseEvent(DeltaJson("x")))).Stall();
  a_.SetReply(reply);
  const auto cancel_one = [&] {
    grpc::ClientContext context;
    const v1::RouteStreamRequest request = StreamQ1();
    auto reader = gateway_->gateway().RouteStream(&context, request);
    v1::RouteStreamResponse event;
    while (reader->Read(&event)) {
      if (event.has_delta()) context.TryCancel();
    }
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  };
  for (int i = 0; i < 5; ++i) cancel_one();
  ASSERT_TRUE(a_.WaitForAllClosed());
  const int before = gateway_->open_descriptors();
  for (int i = 0; i < 200; ++i) cancel_one();
  ASSERT_TRUE(a_.WaitForAllClosed());
  EXPECT_LE(gateway_->open_descriptors(), before + 2);
}

TEST_F(StreamCases, Case010KeepsUsageOfAChunkWithoutChoices) {
  StartSingle("{virtual_key: a}");
  for (bool nulls : {false, true}) {
    std::string delta = DeltaJson("Hi");
    if (nulls) delta.insert(delta.size() - 1, ",\"usage\":null");
    a_.SetReply(SseAnswer({delta, FinishJson(), UsageJson(14, 22), "[DONE]"}));
    const Seen seen = CallStream(*gateway_);
    EXPECT_TRUE(seen.status.ok()) << seen.message();
    EXPECT_EQ(seen.text, "Hi");
    EXPECT_EQ(seen.deltas, 1);
    EXPECT_THAT(seen.finishes, SizeIs(1));
    EXPECT_EQ(seen.end.usage().prompt_tokens(), 14);
    EXPECT_EQ(seen.end.usage().completion_tokens(), 22);
    EXPECT_EQ(seen.end.usage().total_tokens(), 36);
  }
  a_.SetReply(TextStream({"Hi"}));
  const Seen seen = CallStream(*gateway_);
  EXPECT_TRUE(seen.status.ok());
  EXPECT_FALSE(seen.end.has_usage());
  EXPECT_THAT(a_.requests().back().body,
              HasSubstr("\"stream_options\":{\"include_usage\":true}"));
}

TEST_F(StreamCases, Case011ReadsAFieldThatIsNullAsOneThatIsMissing) {
  StartSingle("{virtual_key: a}");
  a_.SetReply(SseAnswer(
      {R"({"id":"r1","model":"m1","created":1,"object":"chat.completion.chunk",)"
       R"("usage":null,"choices":[{"index":0,"delta":{"role":"assistant",)"
       R"("content":null,"tool_calls":null,"function_call":null,)"
       R"("reasoning_content":null},"logprobs":null,"finish_reason":null}]})",
       DeltaJson("ok"),
       R"({"id":"r1","model":"m1","usage":null,"choices":[{"index":0,)"
       R"("delta":null,"finish_reason":"stop"}]})",
       "null", "[DONE]"}));
  const Seen stream = CallStream(*gateway_);
  EXPECT_TRUE(stream.status.ok()) << stream.message();
  EXPECT_EQ(stream.text, "ok");
  a_.SetReply(JsonAnswer(
      R"({"id":"r1","model":"m1","system_fingerprint":null,"usage":null,)"
      R"("choices":[{"index":0,"message":{"role":"assistant","content":null,)"
      R"("tool_calls":null,"refusal":null},"finish_reason":"stop"}]})"));
  const Seen unary = CallRoute(*gateway_);
  EXPECT_TRUE(unary.status.ok()) << unary.message();
  EXPECT_EQ(unary.text, "");
  EXPECT_THAT(unary.tool_calls, SizeIs(0));
  EXPECT_FALSE(unary.response.chat().has_usage());
}

}  // namespace
}  // namespace aigateway

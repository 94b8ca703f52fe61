#include "providers/simulator_server.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/random.h"
#include "gateway/base/scope.h"
#include "gateway/base/timers.h"
#include "gateway/net/http_message.h"
#include "gateway/net/simulated_http_client.h"
#include "providers/simulator_faults.h"
#include "providers/simulator_testing.h"
#include "tests/fakes/fake_http_client.h"
#include "tests/fakes/fake_timers.h"

namespace aigateway {
namespace {

using ::google::protobuf::Struct;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class SimulatorServerTest : public ::testing::Test {
 protected:
  // Asks for a chat completion with these members beside a hello.
  absl::Status Chat(absl::string_view members = "",
                    absl::string_view instance = "a") {
    HttpRequest request;
    request.url = "simulator://local/v1/chat/completions";
    request.headers.Add(
        kSimulatorHeader,
        absl::StrCat(R"({"instance":")", instance, R"(","options":)",
                     instance_options_, "}"));
    request.body = absl::StrCat(
        R"({"model":"simulator","messages":[{"role":"user","content":"hi"}])",
        members.empty() ? "" : ",", members, "}");
    request.stream = absl::StrContains(members, R"("stream":true)");
    return Send(request);
  }
  absl::Status Send(const HttpRequest& request) {
    sink_ = CollectingHttpSink();
    start_ = timers_.Now();
    return RunToEnd(loop_, timers_,
                    client_.Send(scope_, request, sink_, nullptr));
  }

  int status() const { return sink_.response.status; }
  const std::string& body() const { return sink_.response.body; }
  absl::Duration elapsed() const { return timers_.Now() - start_; }
  std::string header(absl::string_view name) const {
    return std::string(sink_.response.headers.Get(name));
  }
  // A member of the error in the body.
  std::string ErrorMember(const std::string& name) const {
    const Struct parsed = ParseJson(body());
    const Struct& error = parsed.fields().at("error").struct_value();
    return error.fields().at(name).string_value();
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  SimulatorFaultCounts counts_;
  SimulatedHttpClient client_{&timers_,
                              [this](const HttpRequest& r, absl::Time now) {
                                return AnswerAsSimulator(r, now, counts_);
                              }};
  std::string instance_options_ = "{}";
  Scope scope_;
  CollectingHttpSink sink_;
  absl::Time start_;
};

TEST_F(SimulatorServerTest, AnswersAWholeCompletion) {
  ASSERT_EQ(Chat(), absl::OkStatus());

  EXPECT_EQ(status(), 200);
  EXPECT_EQ(header("content-type"), "application/json");
  EXPECT_EQ(elapsed(), absl::ZeroDuration());
  const Struct answer = ParseJson(body());
  EXPECT_EQ(answer.fields().at("object").string_value(), "chat.completion");
  EXPECT_EQ(answer.fields().at("created").number_value(),
            absl::ToUnixSeconds(timers_.Now()));
  const Struct& choice =
      answer.fields().at("choices").list_value().values(0).struct_value();
  EXPECT_EQ(choice.fields().at("finish_reason").string_value(), "stop");
  EXPECT_THAT(choice.fields()
                  .at("message")
                  .struct_value()
                  .fields()
                  .at("content")
                  .string_value(),
              HasSubstr("You said: \"hi\""));
  const Struct& usage = answer.fields().at("usage").struct_value();
  EXPECT_EQ(usage.fields().at("prompt_tokens").number_value(), 4);
  EXPECT_EQ(usage.fields().at("total_tokens").number_value(),
            4 + usage.fields().at("completion_tokens").number_value());
}

TEST_F(SimulatorServerTest, StreamsTheSameAnswer) {
  ASSERT_EQ(Chat(), absl::OkStatus());
  const std::string whole = body();
  ASSERT_EQ(Chat(R"("stream":true)"), absl::OkStatus());

  EXPECT_THAT(header("content-type"), StartsWith("text/event-stream"));
  JoinedStream stream = JoinStream(body());
  EXPECT_TRUE(stream.done);
  EXPECT_THAT(whole, HasSubstr(stream.choices[0].text.substr(0, 30)));
}

TEST_F(SimulatorServerTest, KeepsItsPace) {
  instance_options_ =
      R"({"first_token_delay":"2s","token_interval":"100ms","tokens":11})";
  ASSERT_EQ(Chat(), absl::OkStatus());
  EXPECT_EQ(elapsed(), absl::Seconds(3));
  ASSERT_EQ(Chat(R"("stream":true)"), absl::OkStatus());
  EXPECT_EQ(elapsed(), absl::Seconds(3));
}

TEST_F(SimulatorServerTest, LetsARequestOverrideItsInstance) {
  instance_options_ = R"({"tokens":5,"fault":{"type":"error"}})";
  ASSERT_EQ(Chat(R"("fault":[],"stream":true)"), absl::OkStatus());
  EXPECT_EQ(JoinStream(body()).choices[0].pieces, 5);
}

TEST_F(SimulatorServerTest, RefusesAFaultyRequestAsOpenAiDoes) {
  ASSERT_EQ(Chat(R"("fault":{"type":"cutt"})"), absl::OkStatus());
  EXPECT_EQ(status(), 400);
  EXPECT_EQ(ErrorMember("type"), "invalid_request_error");
  EXPECT_EQ(ErrorMember("param"), "fault.type");
  EXPECT_THAT(ErrorMember("message"), HasSubstr("did you mean 'cut'?"));
}

TEST_F(SimulatorServerTest, ListsItsModel) {
  ASSERT_EQ(Send({.method = "GET", .url = "simulator://local/v1/models"}),
            absl::OkStatus());
  EXPECT_EQ(status(), 200);
  EXPECT_THAT(body(), HasSubstr(R"("id":"simulator")"));
}

TEST_F(SimulatorServerTest, Answers404ForAllElse) {
  for (const HttpRequest& request :
       {HttpRequest{.method = "GET",
                    .url = "simulator://local/v1/chat/completions"},
        HttpRequest{.method = "POST", .url = "simulator://local/v1/models"},
        HttpRequest{.method = "POST",
                    .url = "simulator://local/v1/completions"},
        HttpRequest{.method = "POST", .url = "simulator://"}}) {
    ASSERT_EQ(Send(request), absl::OkStatus());
    EXPECT_EQ(status(), 404) << request.url;
  }
}

TEST_F(SimulatorServerTest, RefusesWithA429AndSaysHowLong) {
  const absl::string_view fault =
      R"("fault":{"type":"rate_limit","retry_after":"2s","times":1})";
  ASSERT_EQ(Chat(fault), absl::OkStatus());
  EXPECT_EQ(status(), 429);
  EXPECT_EQ(header("retry-after"), "2");
  EXPECT_EQ(ErrorMember("code"), "rate_limit_exceeded");
  ASSERT_EQ(Chat(fault), absl::OkStatus());
  EXPECT_EQ(status(), 200);
}

TEST_F(SimulatorServerTest, SaysAFinerWaitInMilliseconds) {
  ASSERT_EQ(Chat(R"("fault":{"type":"rate_limit","retry_after":"150ms"})"),
            absl::OkStatus());
  EXPECT_EQ(header("retry-after"), "");
  EXPECT_EQ(header("retry-after-ms"), "150");
}

TEST_F(SimulatorServerTest, RefusesForEverWithoutAWord) {
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(Chat(R"("fault":{"type":"rate_limit"})"), absl::OkStatus());
    EXPECT_EQ(status(), 429);
    EXPECT_EQ(header("retry-after"), "");
  }
}

TEST_F(SimulatorServerTest, FailsOnceAndThenAnswers) {
  instance_options_ = R"({"fault":{"type":"error","times":1}})";
  ASSERT_EQ(Chat(), absl::OkStatus());
  EXPECT_EQ(status(), 500);
  ASSERT_EQ(Chat(), absl::OkStatus());
  EXPECT_EQ(status(), 200);
  ASSERT_EQ(Chat("", "b"), absl::OkStatus());
  EXPECT_EQ(status(), 500) << "another instance counts for itself";
}

TEST_F(SimulatorServerTest, PlaysFaultsOneAfterAnother) {
  instance_options_ = R"({"fault":[{"type":"error","status":503,"times":1},)"
                      R"({"type":"rate_limit","times":2}]})";
  for (const int expected : {503, 429, 429, 200}) {
    ASSERT_EQ(Chat(), absl::OkStatus());
    EXPECT_EQ(status(), expected);
  }
}

TEST_F(SimulatorServerTest, IsSickForAWhile) {
  instance_options_ =
      R"({"fault":{"type":"error","status":503,"during":"60s"}})";
  for (int seconds = 0; seconds < 90; seconds += 4) {
    ASSERT_EQ(Chat(), absl::OkStatus());
    EXPECT_EQ(status(), seconds < 60 ? 503 : 200) << seconds;
    EXPECT_THAT(status() == 200 ? "" : ErrorMember("code"),
                AnyOf("", "server_is_overloaded"));
    timers_.Advance(absl::Seconds(4));
  }
}

TEST_F(SimulatorServerTest, ResetsBeforeAnyByte) {
  EXPECT_EQ(ReasonOf(Chat(R"("fault":{"type":"reset"})")),
            ErrorReason::kProviderUnavailable);
  EXPECT_EQ(sink_.heads, 0);
}

TEST_F(SimulatorServerTest, RefusesTheConnection) {
  const absl::Status status = Chat(R"("fault":{"type":"refuse"})");
  EXPECT_EQ(ReasonOf(status), ErrorReason::kProviderUnavailable);
  EXPECT_EQ(GetErrorMetadata(status, "stage"), "connect");
}

TEST_F(SimulatorServerTest, IsSilentForATimeOrForEver) {
  EXPECT_EQ(ReasonOf(Chat(R"("fault":{"type":"silence","silence":"30s"})")),
            ErrorReason::kProviderUnavailable);
  EXPECT_EQ(elapsed(), absl::Seconds(30));
  EXPECT_EQ(sink_.heads, 0);

  const Timers::Handle cancel = timers_.After(
      absl::Hours(9), [this] { scope_.Cancel(absl::CancelledError("gone")); });
  EXPECT_EQ(Chat(R"("fault":{"type":"silence"})"),
            absl::CancelledError("gone"));
}

TEST_F(SimulatorServerTest, GivesItsHeadAtOnceAndTheFirstTokenLate) {
  const absl::string_view fault = R"("fault":{"type":"late","delay":"20s"})";
  for (const char* stream : {"true", "false"}) {
    const Timers::Handle look = timers_.After(absl::Seconds(19), [this] {
      EXPECT_EQ(sink_.heads, 1);
      EXPECT_THAT(body(), testing::Not(HasSubstr("simulator, a stand-in")));
    });
    ASSERT_EQ(Chat(absl::StrCat(fault, R"(,"stream":)", stream)),
              absl::OkStatus());
    EXPECT_EQ(elapsed(), absl::Seconds(20));
  }
}

TEST_F(SimulatorServerTest, CutsAnAnswer) {
  EXPECT_EQ(ReasonOf(Chat(
                R"("stream":true,"tokens":60,
                   "fault":{"type":"cut","after_tokens":40})")),
            ErrorReason::kProviderProtocolError);
  EXPECT_EQ(JoinStream(body()).choices[0].pieces, 40);

  EXPECT_EQ(ReasonOf(Chat(R"("fault":{"type":"cut"})")),
            ErrorReason::kProviderProtocolError);
  EXPECT_THAT(body(), StartsWith("{"));
}

TEST_F(SimulatorServerTest, ResetsAnAnswerOnItsWay) {
  EXPECT_EQ(ReasonOf(Chat(
                R"("stream":true,"fault":{"type":"reset","after_tokens":3})")),
            ErrorReason::kProviderUnavailable);
  EXPECT_EQ(JoinStream(body()).choices[0].pieces, 3);
}

TEST_F(SimulatorServerTest, StallsAndThenCloses) {
  EXPECT_EQ(ReasonOf(Chat(R"("stream":true,"fault":{"type":"stall",
                              "after_tokens":20,"silence":"30s"})")),
            ErrorReason::kProviderProtocolError);
  EXPECT_EQ(elapsed(), absl::Seconds(30));
  EXPECT_EQ(JoinStream(body()).choices[0].pieces, 20);
}

TEST_F(SimulatorServerTest, RefusesForContextAndForPolicy) {
  ASSERT_EQ(Chat(R"("fault":{"type":"context_length"})"), absl::OkStatus());
  EXPECT_EQ(status(), 400);
  EXPECT_EQ(ErrorMember("code"), "context_length_exceeded");

  ASSERT_EQ(Chat(R"("fault":{"type":"content_policy","message":"No."})"),
            absl::OkStatus());
  EXPECT_EQ(status(), 400);
  EXPECT_EQ(ErrorMember("code"), "content_policy_violation");
  EXPECT_EQ(ErrorMember("message"), "No.");
}

TEST_F(SimulatorServerTest, RefusesToGoOnFromAnAssistantsTurnOnly) {
  const absl::string_view fault =
      R"("fault":{"type":"refuse_prefill","times":1})";
  ASSERT_EQ(Chat(fault), absl::OkStatus());
  EXPECT_EQ(status(), 200);

  HttpRequest request;
  request.url = "simulator://local/v1/chat/completions";
  request.body = absl::StrCat(
      R"({"model":"simulator","messages":[{"role":"user","content":"hi"},
          {"role":"assistant","content":"This is"}],)",
      fault, "}");
  ASSERT_EQ(Send(request), absl::OkStatus());
  EXPECT_EQ(status(), 400);
  EXPECT_THAT(ErrorMember("message"), HasSubstr("prefill"));
  ASSERT_EQ(Send(request), absl::OkStatus());
  EXPECT_EQ(status(), 200);
}

TEST_F(SimulatorServerTest, SendsPagesNothingAndRedirections) {
  ASSERT_EQ(Chat(R"("fault":{"type":"html"})"), absl::OkStatus());
  EXPECT_EQ(status(), 200);
  EXPECT_THAT(body(), StartsWith("<!DOCTYPE html>"));

  ASSERT_EQ(Chat(R"("stream":true,"fault":{"type":"empty"})"),
            absl::OkStatus());
  EXPECT_EQ(status(), 200);
  EXPECT_THAT(header("content-type"), StartsWith("text/event-stream"));
  EXPECT_THAT(body(), IsEmpty());

  ASSERT_EQ(Chat(R"("fault":{"type":"redirect"})"), absl::OkStatus());
  EXPECT_EQ(status(), 307);
  EXPECT_THAT(header("location"), StartsWith("https://elsewhere.invalid/"));
}

TEST_F(SimulatorServerTest, SendsHalfAnAnswerWithAGoodEnd) {
  ASSERT_EQ(Chat(R"("fault":{"type":"half_json"})"), absl::OkStatus());
  EXPECT_THAT(body(), StartsWith("{"));
  EXPECT_THAT(body(), testing::Not(testing::EndsWith("}")));
}

TEST_F(SimulatorServerTest, SendsAnErrorWithStatus200) {
  ASSERT_EQ(Chat(R"("fault":{"type":"error_event","status":402})"),
            absl::OkStatus());
  EXPECT_EQ(status(), 200);
  EXPECT_EQ(ErrorMember("code"), "insufficient_quota");
}

TEST_F(SimulatorServerTest, PassesTheBoundsOfAReader) {
  EXPECT_EQ(ReasonOf(Chat(R"("fault":{"type":"huge_head"})")),
            ErrorReason::kProviderProtocolError);
  EXPECT_EQ(sink_.heads, 0);

  EXPECT_EQ(ReasonOf(Chat(R"("fault":{"type":"endless"})")),
            ErrorReason::kProviderProtocolError);
  EXPECT_THAT(body().size(), testing::Gt(size_t{60} << 20));

  ASSERT_EQ(Chat(R"("fault":{"type":"huge_event"})"), absl::OkStatus());
  EXPECT_THAT(body().size(), testing::Gt(size_t{1} << 20));
}

TEST_F(SimulatorServerTest, TricklesItsBytes) {
  ASSERT_EQ(Chat(R"("fault":{"type":"trickle","bytes":10,"interval":"10ms"})"),
            absl::OkStatus());
  const size_t parts = (body().size() + 9) / 10;
  EXPECT_THAT(sink_.pieces, SizeIs(parts));
  EXPECT_EQ(elapsed(), absl::Milliseconds(10) * (parts - 1));
}

TEST_F(SimulatorServerTest, TrustsNothingInARequest) {
  const std::string good =
      R"({"model":"simulator","stream":true,"messages":[{"role":"user",)"
      R"("content":"hi"}],"n":2,"tools":[{"function":{"name":"hi",)"
      R"("parameters":{"type":"object","properties":{"a":{"enum":[1]}}}}}],)"
      R"("fault":{"type":"cut","after_tokens":3}})";
  Random random(20261125);
  for (int round = 0; round < 3000; ++round) {
    HttpRequest request;
    request.url = "simulator://local/v1/chat/completions";
    request.body = good;
    for (uint64_t i = random.Next() % 4; i < 4; ++i) {
      request.body[random.Next() % good.size()] =
          random.Next() % 2 == 0 ? "{}[]\",:0x"[random.Next() % 9]
                                 : static_cast<char>(random.Next());
    }
    request.headers.Add(kSimulatorHeader, request.body);
    SimulatedAnswer answer = AnswerAsSimulator(request, timers_.Now(), counts_);
    SimulatedPiece piece;
    int pieces = 0;
    while (answer.more && pieces < 1000 && answer.more(piece)) ++pieces;
    ASSERT_LT(pieces, 1000);
  }
}

}  // namespace
}  // namespace aigateway

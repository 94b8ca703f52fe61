// Providers whose answers take more than an exchange, or come in another
// framing than most, through the whole gateway: Replicate's predictions and
// Ollama's lines.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/env.h"
#include "gateway/base/errors.h"
#include "gateway/base/random.h"
#include "gateway/config/secrets.h"
#include "gateway/core/gateway.h"
#include "gateway/core/reply_sink.h"
#include "gateway/core/request_context.h"
#include "gateway/net/simulated_http_client.h"
#include "tests/fakes/fake_http_client.h"
#include "tests/fakes/fake_timers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;

constexpr absl::string_view kConfig = R"yaml(
providers:
- name: r
  type: replicate
  base_url: "http://r.example"
  api_key: key-of-replicate
  headers: {x-team: blue}
- {name: o, type: ollama, base_url: "http://o.example"}
targets:
- {virtual_key: r, models: ["meta/llama"]}
- {virtual_key: o, models: ["qwen3:4b"]}
)yaml";

constexpr absl::string_view kWorking =
    R"({"id":"p1","status":"starting","urls":{)"
    R"("stream":"https://stream.replicate.com/v1/x"}})";
constexpr absl::string_view kSucceeded =
    R"({"id":"p1","status":"succeeded","output":["Su","re"]})";

class KeptReply final : public ReplySink {
 public:
  void OnResponse(v1::RouteResponse& response) override {
    text = response.chat().choices(0).message().content();
  }
  void OnEvent(v1::RouteStreamResponse& event) override {
    text += event.delta().text();
    ends += event.has_end() ? 1 : 0;
  }
  std::string text;
  int ends = 0;
};

class PredictionsTest : public testing::Test {
 protected:
  PredictionsTest()
      : env_{.loop = &loop_,
             .clock = &timers_,
             .timers = &timers_,
             .http = &http_,
             .random = &random_} {
    GatewayOptions options;
    options.config.text = std::string(kConfig);
    options.secrets = &secrets_;
    options.envs = {env_};
    auto gateway = Gateway::Create(std::move(options));
    EXPECT_TRUE(gateway.ok()) << gateway.status();
    gateway_ = *std::move(gateway);
  }
  ~PredictionsTest() override {
    gateway_->Close();
    loop_.RunUntilIdle();
  }

  absl::Status Serve(bool stream, std::string model,
                     absl::Duration time = absl::Hours(1)) {
    chat_.set_model(std::move(model));
    v1::Message& message = *chat_.add_messages();
    message.set_role(v1::ROLE_USER);
    message.set_content("hi");
    RequestSettings settings;
    settings.stream = stream;
    settings.deadline = timers_.Now() + time;
    context_ = std::make_unique<RequestContext>(
        env_, gateway_->snapshot(0), chat_, options_, std::move(settings));
    return RunToEnd(loop_, timers_, gateway_->Serve(*context_, reply_));
  }
  std::vector<std::string> Sent() const {
    std::vector<std::string> sent;
    for (const HttpRequest& request : http_.requests()) {
      sent.push_back(absl::StrCat(request.method, " ", request.url));
    }
    return sent;
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Random random_{1};
  FakeHttpClient http_{&timers_};
  Env env_;
  FixedSecrets secrets_{{}};
  std::unique_ptr<Gateway> gateway_;
  v1::ChatRequest chat_;
  v1::RoutingOptions options_;
  std::unique_ptr<RequestContext> context_;
  KeptReply reply_;
};

TEST_F(PredictionsTest, WaitsForAPrediction) {
  http_.EnqueueJson(201, kWorking);
  http_.EnqueueJson(200, kWorking);
  http_.EnqueueJson(200, kSucceeded);
  ASSERT_THAT(Serve(/*stream=*/false, "meta/llama"), IsOk());
  EXPECT_EQ(reply_.text, "Sure");
  EXPECT_THAT(
      Sent(),
      ElementsAre("POST http://r.example/v1/models/meta/llama/predictions",
                  "GET http://r.example/v1/predictions/p1",
                  "GET http://r.example/v1/predictions/p1"));
  for (const HttpRequest& request : http_.requests()) {
    EXPECT_EQ(request.headers.Get("authorization"), "Bearer key-of-replicate");
    EXPECT_EQ(request.headers.Get("x-team"), "blue");
  }
}

TEST_F(PredictionsTest, FollowsAPredictionToItsStreamWithoutTheKey) {
  http_.EnqueueJson(201, kWorking);
  http_.EnqueueStream({"event: output\ndata: Su\n\n",
                       "event: output\ndata: re\n\n",
                       "event: done\ndata: {}\n\n"});
  ASSERT_THAT(Serve(/*stream=*/true, "meta/llama"), IsOk());
  EXPECT_EQ(reply_.text, "Sure");
  EXPECT_EQ(reply_.ends, 1);
  ASSERT_EQ(http_.requests().size(), 2U);
  const HttpRequest& stream = http_.requests()[1];
  EXPECT_EQ(stream.url, "https://stream.replicate.com/v1/x");
  EXPECT_FALSE(stream.headers.Has("authorization"));
  EXPECT_FALSE(stream.headers.Has("x-team"));
}

TEST_F(PredictionsTest, KeepsTheDeadlineHoweverLongTheCancellationTakes) {
  http_.EnqueueJson(201, R"({"id":"p1","status":"starting"})");
  SimulatedAnswer silence;
  silence.has_head = false;
  silence.ending = SimulatedAnswer::Ending::kSilence;
  http_.Enqueue(std::move(silence));
  const absl::Time start = timers_.Now();
  EXPECT_THAT(Serve(/*stream=*/false, "meta/llama", absl::Milliseconds(500)),
              HasReason(ErrorReason::kDeadlineExceeded));
  EXPECT_EQ(timers_.Now() - start, absl::Milliseconds(500));
  // It is given up by itself.
  timers_.Advance(absl::Seconds(1));
  loop_.RunUntilIdle();
}

TEST_F(PredictionsTest, CancelsAPredictionThatNobodyWaitsFor) {
  for (const bool stream : {false, true}) {
    http_.EnqueueJson(201, R"({"id":"p1","status":"starting"})");
    http_.EnqueueJson(200, R"({"id":"p1","status":"canceled"})");
    EXPECT_THAT(Serve(stream, "meta/llama", absl::Milliseconds(500)),
                HasReason(ErrorReason::kDeadlineExceeded));
    loop_.RunUntilIdle();
    EXPECT_EQ(Sent().back(), "POST http://r.example/v1/predictions/p1/cancel");
    EXPECT_EQ(http_.requests().back().headers.Get("authorization"),
              "Bearer key-of-replicate");
  }
  EXPECT_EQ(http_.answers_left(), 0U);
}

TEST_F(PredictionsTest, ReadsTheLinesOfOllama) {
  http_.EnqueueStream({"{\"message\":{\"content\":\"Su\"},\"done\":false}\n",
                       "{\"message\":{\"content\":\"re\"},\"done\":tr",
                       "ue,\"done_reason\":\"stop\"}\n"});
  ASSERT_THAT(Serve(/*stream=*/true, "qwen3:4b"), IsOk());
  EXPECT_EQ(reply_.text, "Sure");
  EXPECT_EQ(reply_.ends, 1);
  EXPECT_THAT(Sent(), ElementsAre("POST http://o.example/api/chat"));
}

}  // namespace
}  // namespace aigateway

// Credentials that are fetched, through the whole gateway: by a reload, by a
// request that goes, by its close, and in what a provider says of them.

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/env.h"
#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/random.h"
#include "gateway/config/secrets.h"
#include "gateway/core/gateway.h"
#include "gateway/core/reply_sink.h"
#include "gateway/core/request_context.h"
#include "gateway/net/simulated_http_client.h"
#include "gateway/net/url_host.h"
#include "gateway/observe/metrics.h"
#include "gateway/observe/request_log.h"
#include "tests/fakes/fake_timers.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::HasSubstr;
using testing::Not;

// One of each way to fetch; VERTEX, AZURE and BEDROCK tell whom for.
constexpr absl::string_view kConfig = R"yaml(
providers:
- name: vertex
  type: vertex-ai
  base_url: "http://vertex.example"
  options: {project: p, metadata_host: "VERTEX.metadata.example"}
- name: azure
  type: azure-openai
  base_url: "http://azure.example"
  options:
    tenant_id: t
    client_id: c
    client_secret: "AZURE"
    authority_host: "http://login.example"
- name: bedrock
  type: bedrock
  base_url: "http://bedrock.example"
  options:
    region: us-east-1
    container_credentials_full_uri: "http://127.0.0.1/BEDROCK"
targets:
- {virtual_key: vertex, models: [gemini-2.5-flash], weight: WEIGHT}
- {virtual_key: azure, models: [gpt-4o], weight: WEIGHT}
- {virtual_key: bedrock, models: ["amazon.nova-lite-v1:0"], weight: WEIGHT}
)yaml";
constexpr const char* kModels[] = {"gemini-2.5-flash", "gpt-4o",
                                   "amazon.nova-lite-v1:0"};

std::string Config(absl::string_view weight, absl::string_view whom = "one") {
  return absl::StrReplaceAll(kConfig, {{"VERTEX", whom},
                                       {"AZURE", whom},
                                       {"BEDROCK", whom},
                                       {"WEIGHT", weight}});
}

class KeptReply final : public ReplySink {
 public:
  void OnResponse(v1::RouteResponse& response) override {
    text = response.chat().choices(0).message().content();
  }
  void OnEvent(v1::RouteStreamResponse& event) override {
    text += event.delta().text();
  }
  std::string text;
};

class KeptLines final : public LogSink {
 public:
  void Write(absl::string_view lines) override {
    absl::StrAppend(&text, lines);
  }
  std::string text;
};

class FetchedCredentialsTest : public testing::Test {
 protected:
  struct Call {
    v1::ChatRequest chat;
    v1::RoutingOptions options;
    std::unique_ptr<RequestContext> context;
    KeptReply reply;
    absl::Status status;
    bool done = false;
  };

  FetchedCredentialsTest() {
    GatewayOptions options;
    options.config.text = Config("1");
    options.secrets = &secrets_;
    options.logger = &logger_;
    options.observers = {&log_, &metrics_};
    options.envs = {env_};
    auto gateway = Gateway::Create(std::move(options));
    EXPECT_THAT(gateway, IsOk());
    gateway_ = *std::move(gateway);
  }
  ~FetchedCredentialsTest() override {
    Close();
    calls_.clear();
    EXPECT_EQ(http_.open_exchanges(), 0);
    EXPECT_EQ(timers_.pending(), 0U);
  }

  void Close() {
    gateway_->Close();
    loop_.RunUntilIdle();
  }

  void Reload(const std::string& text) {
    ASSERT_THAT(gateway_->Reload(text, /*validate_only=*/false), IsOk());
    loop_.RunUntilIdle();
  }

  // Begins a call, which has `time`.
  Call& Start(absl::string_view model, absl::Duration time = absl::Hours(1),
              bool stream = false) {
    calls_.push_back(std::make_unique<Call>());
    Call& call = *calls_.back();
    call.chat.set_model(std::string(model));
    v1::Message& message = *call.chat.add_messages();
    message.set_role(v1::ROLE_USER);
    message.set_content("hi");
    RequestSettings settings;
    settings.stream = stream;
    settings.deadline = timers_.Now() + time;
    call.context =
        std::make_unique<RequestContext>(env_, gateway_->snapshot(0), call.chat,
                                         call.options, std::move(settings));
    loop_.Spawn(Run(call));
    // What is there at once comes by a timer too.
    timers_.Advance(absl::ZeroDuration());
    return call;
  }
  Task<void> Run(Call& call) {
    call.status = co_await gateway_->Serve(*call.context, call.reply);
    call.done = true;
  }
  // Makes one, which may take as long as a fetch does.
  Call& Serve(absl::string_view model, bool stream = false) {
    Call& call = Start(model, absl::Hours(1), stream);
    timers_.Advance(takes_);
    EXPECT_TRUE(call.done);
    return call;
  }

  SimulatedAnswer Answer(const HttpRequest& request) {
    const std::string host = UrlHost(request.url);
    const bool gives = host == "127.0.0.1" || host == "login.example" ||
                       absl::EndsWith(host, ".metadata.example");
    SimulatedAnswer answer;
    answer.body.push_back({});
    std::string& body = answer.body.back().bytes;
    if (gives) {
      const int number = ++fetches_;
      answer.head_after = takes_;
      body = host == "127.0.0.1"
                 ? absl::StrCat(R"({"AccessKeyId":"id)", number,
                                R"(","SecretAccessKey":"opaque-secret-)",
                                number, R"(","Token":"opaque-token-)", number,
                                R"(","Expiration":"2023-11-15T04:00:00Z"})")
                 : absl::StrCat(R"({"access_token":"opaque-token-)", number,
                                R"(","expires_in":3600})");
      return answer;
    }
    std::string token(request.headers.Get("x-amz-security-token"));
    if (token.empty())
      token = std::string(request.headers.Get("authorization"));
    token = absl::StrReplaceAll(token, {{"Bearer ", ""}});
    sent_.push_back(token);
    if (!echo_.empty()) {
      answer.status = 400;
      for (const char* name : {"request-id", "x-amzn-requestid"}) {
        answer.headers.Add(name, token);
      }
      body = absl::StrReplaceAll(echo_, {{"TOKEN", token}});
    } else if (host == "vertex.example") {
      body = R"({"candidates":[{"content":{"parts":[{"text":"hello"}]},)"
             R"("finishReason":"STOP"}]})";
    } else if (host == "azure.example") {
      body = R"({"choices":[{"message":{"content":"hello"},)"
             R"("finish_reason":"stop"}]})";
    } else {
      body = R"({"output":{"message":{"role":"assistant",)"
             R"("content":[{"text":"hello"}]}},"stopReason":"end_turn"})";
    }
    return answer;
  }

  // All that anybody is told of `call`.
  std::string AllThatIsSaid(const Call& call) const {
    return absl::StrCat(call.status.ToString(), call.reply.text,
                        call.context->route().DebugString(), lines_.text,
                        metrics_.Render());
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Random random_{1};
  SimulatedHttpClient http_{
      &timers_, [this](const HttpRequest& request, absl::Time /*now*/) {
        return Answer(request);
      }};
  Env env_{.loop = &loop_,
           .clock = &timers_,
           .timers = &timers_,
           .http = &http_,
           .random = &random_};
  FixedSecrets secrets_{{}};
  KeptLines lines_;
  Logger logger_{{.level = LogLevel::kDebug}, &timers_, &lines_};
  RequestLog log_{&logger_};
  Metrics metrics_;
  std::unique_ptr<Gateway> gateway_;
  std::vector<std::unique_ptr<Call>> calls_;
  absl::Duration takes_ = absl::Milliseconds(100);
  int fetches_ = 0;
  std::string echo_;  // What a provider says of a TOKEN; empty: it answers.
  std::vector<std::string> sent_;  // Tokens, by the providers.
};

TEST_F(FetchedCredentialsTest, FetchOnceWhateverIsReloaded) {
  for (const char* model : kModels) {
    fetches_ = 0;
    Reload(Config("1"));
    EXPECT_THAT(Serve(model).status, IsOk()) << model;
    for (const char* weight : {"2", "3"}) {
      Reload(Config(weight));
      const Call& call = Start(model);
      // Nothing is waited for.
      EXPECT_TRUE(call.done) << model;
      EXPECT_THAT(call.status, IsOk()) << model;
      EXPECT_EQ(call.reply.text, "hello");
    }
    EXPECT_EQ(fetches_, 1) << model;
  }
}

TEST_F(FetchedCredentialsTest, FetchAnewForWhomTheConfigNamesNow) {
  for (const char* model : kModels) {
    Reload(Config("1", "one"));
    fetches_ = 0;
    Serve(model);
    EXPECT_EQ(sent_.back(), "opaque-token-1") << model;
    Reload(Config("1", "two"));
    EXPECT_THAT(Serve(model).status, IsOk()) << model;
    EXPECT_EQ(sent_.back(), "opaque-token-2") << model;
    EXPECT_EQ(fetches_, 2) << model;
  }
}

TEST_F(FetchedCredentialsTest, FetchOnceForAllInstancesOfOneIdentity) {
  Reload(R"yaml(
providers:
- name: here
  type: vertex-ai
  base_url: "http://vertex.example"
  options: {project: p, metadata_host: "a.metadata.example"}
- name: there
  type: vertex-ai
  base_url: "http://vertex.example"
  options: {project: q, location: us-east1, metadata_host: "a.metadata.example"}
targets:
- {virtual_key: here, models: [gemini-a]}
- {virtual_key: there, models: [gemini-b]}
)yaml");
  EXPECT_THAT(Serve("gemini-a").status, IsOk());
  EXPECT_THAT(Serve("gemini-b").status, IsOk());
  EXPECT_EQ(fetches_, 1);
}

TEST_F(FetchedCredentialsTest, WaitForAFetchThatBeganBeforeAReload) {
  const Call& before = Start(kModels[0]);
  Reload(Config("2"));
  const Call& after = Start(kModels[0]);
  EXPECT_FALSE(after.done);
  timers_.Advance(takes_);
  EXPECT_THAT(before.status, IsOk());
  EXPECT_EQ(after.reply.text, "hello");
  EXPECT_EQ(fetches_, 1);
}

TEST_F(FetchedCredentialsTest, ComeForTheNextRequestIfTheFirstCannotWait) {
  takes_ = absl::Milliseconds(300);
  for (const char* model : kModels) {
    fetches_ = 0;
    const Call& first = Start(model, absl::Milliseconds(100));
    timers_.Advance(absl::Milliseconds(100));
    EXPECT_THAT(first.status, HasReason(ErrorReason::kDeadlineExceeded));
    timers_.Advance(absl::Milliseconds(200));
    const Call& second = Start(model, absl::Milliseconds(100));
    EXPECT_TRUE(second.done) << model;
    EXPECT_THAT(second.status, IsOk()) << model;
    EXPECT_EQ(fetches_, 1) << model;
  }
}

TEST_F(FetchedCredentialsTest, ServeOthersIfTheFirstIsCancelled) {
  for (int i = 0; i < 8; ++i) Start(kModels[0]);
  calls_[0]->context->scope().Cancel(Error(ErrorReason::kCancelled, "gone"));
  loop_.RunUntilIdle();
  EXPECT_THAT(calls_[0]->status, HasReason(ErrorReason::kCancelled));
  timers_.Advance(takes_);
  for (int i = 1; i < 8; ++i) EXPECT_THAT(calls_[i]->status, IsOk());
  EXPECT_EQ(fetches_, 1);
}

TEST_F(FetchedCredentialsTest, EndWithTheGateway) {
  takes_ = absl::Seconds(2);
  for (const char* model : kModels) Start(model);
  EXPECT_EQ(http_.open_exchanges(), 3);
  Close();
  for (const auto& call : calls_) {
    EXPECT_THAT(call->status, HasReason(ErrorReason::kShuttingDown));
  }
  EXPECT_EQ(http_.open_exchanges(), 0);
}

TEST_F(FetchedCredentialsTest, EndWithTheGatewayAlsoIfNobodyWaits) {
  takes_ = absl::Seconds(2);
  const Call& call = Start(kModels[0], absl::Milliseconds(100));
  timers_.Advance(absl::Milliseconds(100));
  EXPECT_THAT(call.status, HasReason(ErrorReason::kDeadlineExceeded));
  EXPECT_EQ(http_.open_exchanges(), 1);
  Close();
  EXPECT_EQ(http_.open_exchanges(), 0);
}

TEST_F(FetchedCredentialsTest, AreShownToNobodyIfAProviderEchoesThem) {
  for (const char* model : kModels) {
    Reload(Config("1"));
    fetches_ = 0;
    Serve(model);
    for (const char* weight : {"1", "2"}) {
      // Also by what a reload made, which has fetched nothing itself.
      Reload(Config(weight));
      for (const char* echo :
           {"<html>what is TOKEN?", R"(refused:\nTOKEN)",
            R"({"message":"what is TOKEN?","error":{"code":400,)"
            R"("message":"what is TOKEN?","status":"TOKEN","type":"TOKEN"}})",
            R"({"type":"error","error":{"type":"not_found_error",)"
            R"("message":"what is TOKEN?"}})"}) {
        for (const bool stream : {false, true}) {
          echo_ = echo;
          const Call& call = Serve(model, stream);
          EXPECT_EQ(sent_.back(), "opaque-token-1");
          EXPECT_FALSE(call.status.ok());
          const std::string said = AllThatIsSaid(call);
          EXPECT_THAT(said, Not(HasSubstr("opaque"))) << model << " " << echo;
          if (absl::StartsWith(echo, R"({"message")")) {
            EXPECT_THAT(said, HasSubstr("what is [redacted]?")) << model;
          }
        }
      }
    }
    echo_ = "";
  }
}

// Real loops and sockets: what a data race or a leak would show.
TEST(FetchedCredentialsCloseTest, WaitsForAFetchThatHangs) {
  FakeUpstream upstream;
  upstream.SetReply(UpstreamReply().Stall());
  const FixedSecrets secrets({});
  GatewayOptions options;
  options.config.text = absl::StrCat(
      "providers: [{name: v, type: vertex-ai, base_url: 'http://127.0.0.1:1', "
      "options: {project: p, metadata_host: '",
      upstream.host(), "'}}]");
  options.secrets = &secrets;
  options.loops = 2;
  auto gateway = Gateway::Create(std::move(options));
  ASSERT_THAT(gateway, IsOk());
  constexpr int kCalls = 8;
  std::atomic<int> closed = 0;
  for (int i = 0; i < kCalls; ++i) {
    v1::RouteRequest request;
    request.mutable_chat()->set_model("gemini-2.5-flash");
    v1::Message& message = *request.mutable_chat()->add_messages();
    message.set_role(v1::ROLE_USER);
    message.set_content("hi");
    (*gateway)->RouteAsync(
        std::move(request), {}, [&](absl::StatusOr<v1::RouteResponse> reply) {
          if (ReasonOf(reply.status()) == ErrorReason::kShuttingDown) ++closed;
        });
  }
  ASSERT_TRUE(upstream.WaitForRequests(1));
  (*gateway)->Close();
  EXPECT_EQ(closed, kCalls);
  EXPECT_TRUE(upstream.WaitForAllClosed());
  EXPECT_EQ(upstream.request_count(), 1U);
}

}  // namespace
}  // namespace aigateway

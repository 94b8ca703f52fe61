// Embed through the whole gateway, over a provider that takes two inputs at a
// time.

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/random.h"
#include "gateway/core/gateway.h"
#include "tests/fakes/fake_http_client.h"
#include "tests/fakes/fake_timers.h"
#include "tests/fakes/toy_provider.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// As ToyProvider, without vectors.
class MuteProvider final : public Provider {
 public:
  static absl::StatusOr<std::unique_ptr<Provider>> Create(
      const config::v1::ProviderConfig& config) {
    return std::make_unique<MuteProvider>(config.base_url());
  }
  explicit MuteProvider(std::string base_url) : toy_(std::move(base_url)) {}

  absl::StatusOr<HttpRequest> BuildRequest(
      const v1::ChatRequest& chat, const CallOptions& options) const override {
    return toy().BuildRequest(chat, options);
  }
  absl::StatusOr<std::variant<v1::ChatResponse, NextExchange>> ParseResponse(
      const HttpResponse& response, const v1::ChatRequest& chat,
      const CallOptions& options) const override {
    return toy().ParseResponse(response, chat, options);
  }
  absl::Status ParseError(const HttpResponse& response,
                          absl::Time now) const override {
    return toy_.ParseError(response, now);
  }
  std::unique_ptr<StreamDecoder> NewStreamDecoder(
      const HttpHeaders& headers, const v1::ChatRequest& chat,
      const CallOptions& options) const override {
    return toy_.NewStreamDecoder(headers, chat, options);
  }
  absl::StatusOr<HttpRequest> BuildModelsRequest(
      absl::string_view credential,
      absl::string_view page_token) const override {
    return toy_.BuildModelsRequest(credential, page_token);
  }
  absl::StatusOr<ModelsPage> ParseModels(
      const HttpResponse& response) const override {
    return toy_.ParseModels(response);
  }
  absl::string_view base_url() const override { return toy_.base_url(); }

 private:
  const Provider& toy() const { return toy_; }

  const ToyProvider toy_;
};

AIGW_REGISTER_PROVIDER("toy", {.create = &ToyProvider::Create,
                               .key_variables = {"TOY_API_KEY"}});
namespace mute {
AIGW_REGISTER_PROVIDER("mute", {.create = &MuteProvider::Create,
                                .key_variables = {"MUTE_API_KEY"}});
}  // namespace mute

constexpr absl::string_view kConfig = R"yaml(
providers:
- {name: mute, type: mute, base_url: "http://mute", api_key: km}
- {name: a, type: toy, base_url: "http://a", api_key: ka}
- {name: b, type: toy, base_url: "http://b", api_key: kb}
targets:
- {virtual_key: mute}
- {virtual_key: a, retry: {attempts: 2}}
- {virtual_key: b}
aliases: {fast: m1}
)yaml";

class VectorReply final : public ReplySink {
 public:
  void OnResponse(v1::RouteResponse& response) override { ADD_FAILURE(); }
  void OnEvent(v1::RouteStreamResponse& event) override { ADD_FAILURE(); }
  void OnEmbeddings(v1::EmbedResponse& response) override {
    this->response.Swap(&response);
  }
  v1::EmbedResponse response;
};

class EmbedTest : public testing::Test {
 protected:
  EmbedTest() { request_.set_model("m1"); }
  ~EmbedTest() override {
    if (gateway_ != nullptr) gateway_->Close();
    loop_.RunUntilIdle();
  }

  void Create(absl::string_view config = kConfig) {
    GatewayOptions options;
    options.config.text = std::string(config);
    options.envs = {{.loop = &loop_,
                     .clock = &timers_,
                     .timers = &timers_,
                     .http = &http_,
                     .random = &random_}};
    auto gateway = Gateway::Create(std::move(options));
    ASSERT_THAT(gateway, IsOk());
    gateway_ = *std::move(gateway);
    gateway_->AddHook([this](const RequestRecord& record) {
      methods_.push_back(std::string(NameOf(record.method)));
      tokens_ = record.usage != nullptr ? record.usage->prompt_tokens() : -1;
    });
  }

  void Answer(int status, std::string body,
              absl::Duration after = absl::ZeroDuration()) {
    SimulatedAnswer answer;
    answer.status = status;
    answer.head_after = after;
    answer.body.push_back({.bytes = std::move(body)});
    http_.Enqueue(std::move(answer));
  }

  absl::Status Embed() {
    RequestSettings settings;
    settings.embed = &request_;
    v1::ChatRequest chat = ChatOfEmbed(request_);
    RequestContext context(gateway_->loop(0), gateway_->snapshot(0), chat,
                           request_.options(), std::move(settings));
    reply_ = VectorReply();
    return RunToEnd(loop_, timers_, gateway_->Serve(context, reply_));
  }

  std::vector<float> Values() const {
    std::vector<float> values;
    for (int i = 0; i < reply_.response.embeddings_size(); ++i) {
      const v1::Embedding& vector = reply_.response.embeddings(i);
      EXPECT_EQ(vector.index(), i);
      values.push_back(vector.values(0));
    }
    return values;
  }
  std::vector<std::string> Sent() const {
    std::vector<std::string> sent;
    for (const HttpRequest& request : http_.requests()) {
      sent.push_back(absl::StrCat(request.url, ": ", request.body));
    }
    return sent;
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Random random_{1};
  FakeHttpClient http_{&timers_};
  std::unique_ptr<Gateway> gateway_;
  v1::EmbedRequest request_;
  VectorReply reply_;
  std::vector<std::string> methods_;
  int64_t tokens_ = 0;
};

TEST_F(EmbedTest, SplitsALongBatchAndJoinsItInOrder) {
  Create();
  for (const char* text : {"u", "v", "w", "x", "y"}) request_.add_input(text);
  Answer(200, "1\n2");
  Answer(200, "3\n4");
  Answer(200, "5");
  EXPECT_THAT(Embed(), IsOk());
  EXPECT_THAT(Values(), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(Sent(),
              ElementsAre("http://a/vectors: u\nv", "http://a/vectors: w\nx",
                          "http://a/vectors: y"));
  EXPECT_EQ(reply_.response.usage().prompt_tokens(), 5);
  EXPECT_FALSE(reply_.response.usage().has_completion_tokens());
  EXPECT_EQ(reply_.response.model(), "m1");
  EXPECT_EQ(reply_.response.route().target(), "a");
  EXPECT_EQ(reply_.response.route().attempts_size(), 1);
  EXPECT_THAT(methods_, ElementsAre("Embed"));
  EXPECT_EQ(tokens_, 5);
}

// What was paid for is not asked for again.
TEST_F(EmbedTest, ARetryGoesOnWhereItStopped) {
  Create();
  for (const char* text : {"u", "v", "w"}) request_.add_input(text);
  Answer(200, "1\n2");
  Answer(503, "busy");
  Answer(200, "3");
  EXPECT_THAT(Embed(), IsOk());
  EXPECT_THAT(Values(), ElementsAre(1, 2, 3));
  EXPECT_THAT(Sent(),
              ElementsAre("http://a/vectors: u\nv", "http://a/vectors: w",
                          "http://a/vectors: w"));
  EXPECT_EQ(reply_.response.usage().prompt_tokens(), 3);
}

// Vectors of two models do not mix.
TEST_F(EmbedTest, AnotherTargetBeginsAnew) {
  Create();
  for (const char* text : {"u", "v", "w"}) request_.add_input(text);
  Answer(200, "1\n2");
  Answer(503, "busy");
  Answer(503, "busy");
  Answer(200, "7\n8");
  Answer(200, "9");
  EXPECT_THAT(Embed(), IsOk());
  EXPECT_THAT(Values(), ElementsAre(7, 8, 9));
  EXPECT_EQ(reply_.response.route().target(), "b");
  EXPECT_EQ(reply_.response.usage().prompt_tokens(), 3);
}

// Two targets that are asked at once have nothing in common.
TEST_F(EmbedTest, AHedgeMixesNoVectors) {
  Create(R"yaml(
providers:
- {name: a, type: toy, base_url: "http://a", api_key: ka}
- {name: b, type: toy, base_url: "http://b", api_key: kb}
targets: [{virtual_key: a}, {virtual_key: b}]
strategy: {mode: fallback, hedge: {after: 1s, max_share: 1}}
)yaml");
  for (const char* text : {"u", "v", "w"}) request_.add_input(text);
  Answer(200, "1\n2", absl::Milliseconds(1500));  // Of a.
  Answer(200, "7\n8", absl::Milliseconds(300));   // Of b, from 1 s on.
  Answer(200, "9", absl::Seconds(5));             // Of b.
  Answer(200, "3", absl::Milliseconds(100));      // Of a.
  EXPECT_THAT(Embed(), IsOk());
  EXPECT_THAT(Values(), ElementsAre(1, 2, 3));
  EXPECT_EQ(reply_.response.route().target(), "a");
  EXPECT_THAT(Sent(),
              ElementsAre("http://a/vectors: u\nv", "http://b/vectors: u\nv",
                          "http://b/vectors: w", "http://a/vectors: w"));
}

TEST_F(EmbedTest, BoundsABatch) {
  Create();
  for (int i = 0; i < 16385; ++i) request_.add_input("u");
  EXPECT_THAT(Embed(), HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(Sent(), IsEmpty());
}

TEST_F(EmbedTest, RefusesAnAnswerThatLacksAVector) {
  Create(R"yaml(
providers: [{name: a, type: toy, base_url: "http://a", api_key: ka}]
targets: [{virtual_key: a}]
)yaml");
  request_.add_input("u");
  request_.add_input("v");
  Answer(200, "1");
  const absl::Status status = Embed();
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(std::string(status.message()),
              testing::HasSubstr("1 vectors for 2 inputs (target 'a'"));
}

TEST_F(EmbedTest, ATargetWithoutVectorsTakesNoPart) {
  Create(R"yaml(
providers: [{name: mute, type: mute, base_url: "http://mute", api_key: km}]
targets: [{virtual_key: mute}]
)yaml");
  request_.add_input("u");
  EXPECT_THAT(Embed(), HasReason(ErrorReason::kModelNotFound));
  EXPECT_THAT(Sent(), IsEmpty());
}

TEST_F(EmbedTest, RefusesWhatIsNoRequest) {
  Create();
  EXPECT_THAT(Embed(), HasReason(ErrorReason::kInvalidRequest));
  request_.add_input("u");
  request_.mutable_options()->set_idempotency_key("k");
  EXPECT_THAT(Embed(), HasReason(ErrorReason::kNotImplemented));
  EXPECT_THAT(Sent(), IsEmpty());
}

TEST_F(EmbedTest, KnowsAliases) {
  Create();
  request_.set_model("fast");
  request_.add_input("u");
  Answer(200, "1");
  EXPECT_THAT(Embed(), IsOk());
  EXPECT_EQ(reply_.response.model(), "m1");
}

}  // namespace
}  // namespace aigateway
